// () → (): rows ended after a revision, paged
CREATE RANGE INDEX index_mention_until_N IF NOT EXISTS FOR (n:Mention_N) ON (n.until, n.row)
