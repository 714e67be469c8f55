// () → (): plain neighbours of a hub by anchor, links entering it
CREATE RANGE INDEX index_link_in_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.to_comp, l.kind, l.from_kind, l.label, l.from_anchor)
