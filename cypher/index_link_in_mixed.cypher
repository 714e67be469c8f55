// () → (): links of a hub from neighbours that are not plain
CREATE RANGE INDEX index_link_in_mixed_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.to_comp, l.from_mixed)
