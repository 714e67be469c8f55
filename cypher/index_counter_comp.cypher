// () → (): hub counters of a component
CREATE RANGE INDEX index_counter_comp_N IF NOT EXISTS FOR (n:Counter_N) ON (n.comp)
