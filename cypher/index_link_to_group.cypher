// () → (): links of a group
CREATE RANGE INDEX index_link_to_group_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.to_grp)
