// () → (): rows put after a revision, paged
CREATE RANGE INDEX index_mention_since_N IF NOT EXISTS FOR (n:Mention_N) ON (n.since, n.row)
