// () → (): rows put after a revision, paged
CREATE RANGE INDEX index_link_since_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.since, l.row)
