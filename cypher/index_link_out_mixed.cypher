// () → (): links of a hub to neighbours that are not plain
CREATE RANGE INDEX index_link_out_mixed_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.from_comp, l.to_mixed)
