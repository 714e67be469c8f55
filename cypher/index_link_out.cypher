// () → (): plain neighbours of a hub by anchor, links leaving it
CREATE RANGE INDEX index_link_out_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.from_comp, l.kind, l.to_kind, l.label, l.to_anchor)
