// () → (): links of a group
CREATE RANGE INDEX index_link_from_group_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.from_grp)
