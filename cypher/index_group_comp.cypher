// () → (): groups of a component
CREATE RANGE INDEX index_group_comp_N IF NOT EXISTS FOR (n:Group_N) ON (n.comp)
