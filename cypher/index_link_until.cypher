// () → (): rows ended after a revision, paged
CREATE RANGE INDEX index_link_until_N IF NOT EXISTS FOR ()-[l:LINK_N]-() ON (l.until, l.row)
