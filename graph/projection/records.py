"""From a batch's records to the mentions and links that are new, changed or gone.

Latest is the greatest (observed_at, timepoint, revision): a record that is older than the version held is evidence,
but changes nothing. A record whose text did not change changes nothing either, whatever file repeats it.
"""

from __future__ import annotations

from graph.evidence import mention_id_sql
from graph.projection.schema import one
from graph.projection.steps import Steps


def current_records(steps: Steps, revision: int, source: int) -> None:
    """t_rec: the batch's records that supersede what is held, with rid, fresh, changed and put; updates rec. t_again: the rid
    of those that changed what is held.

    Reads b_rec (the batch). closed rows come from endings, and differ in digest from the open row they end."""
    # A text's hash is taken below the window, which would carry the texts themselves.
    steps.temp(
        "t_rec",
        f"""
        WITH latest AS (
          SELECT * FROM (
            SELECT rec, key, put, closed, locator, timepoint, hash(raw, put, closed) AS digest,
              observed_at AT TIME ZONE 'UTC' AS observed_at FROM b_rec)
          QUALIFY row_number() OVER (PARTITION BY key ORDER BY observed_at DESC, timepoint DESC, rec DESC) = 1),
        met AS (
          SELECT l.*, r.rid AS held, r.rid IS NULL AS fresh, (r.rid IS NULL OR r.digest <> l.digest) AS changed
          FROM latest l LEFT JOIN (SELECT * FROM rec WHERE source = ?) r ON r.key = l.key
          WHERE r.rid IS NULL OR row(l.observed_at, l.timepoint) >= row(r.observed_at, r.timepoint))
        SELECT * EXCLUDE (held), coalesce(held, {steps.next("rid")} + row_number() OVER (PARTITION BY fresh ORDER BY rec)) AS rid
        FROM met
        """,
        [source],
        given=("b_rec",),
    )
    fresh = one(steps.con, "SELECT count(*) FROM t_rec WHERE fresh")[0] if steps.any("t_rec") else 0
    steps.take("rid", fresh)
    if fresh < steps.rows("t_rec"):
        steps.run("DELETE FROM rec WHERE rid IN (SELECT rid FROM t_rec WHERE NOT fresh)")
    steps.run(
        "INSERT INTO rec SELECT rid, ?, key, observed_at, timepoint, ?, put, closed, digest FROM t_rec",
        [source, revision],
        given=("t_rec",),
    )
    steps.given("held records", steps.rows("t_rec") - fresh)
    steps.temp("t_again", "SELECT rid FROM t_rec WHERE changed AND NOT fresh", given=("held records",))


def changed_mentions(
    steps: Steps, revision: int, source: int, source_name: str, label: int, secret: bytes
) -> None:
    """t_men: mentions of changed records, as they now stand (grp still NULL); t_old: what stood for them before; t_men_held: those
    of t_men that were born before.

    Every mention of a changed record gets a new row. men itself is written in place_mentions()."""
    steps.temp(
        "t_old",
        "SELECT mno, grp, row FROM men WHERE alive AND rid IN (SELECT rid FROM t_again)",
        given=("t_again",),
    )
    steps.temp(
        "t_born",
        "SELECT mno, mid, born, rid, slot FROM men WHERE rid IN (SELECT rid FROM t_again)",
        given=("t_again",),
    )
    inner, outer = mention_id_sql(secret)
    row_base, mno_base = steps.next("row"), steps.next("mno")
    # Numbers are worked out on narrow rows and joined to the wide ones.
    rows = steps.temp(
        "t_number",
        f"""
        SELECT m.rec, m.slot, k.mno AS held, k.mid, k.born, k.mno IS NULL AS is_new,
          {row_base} + row_number() OVER (ORDER BY m.rec, m.slot) AS row,
          coalesce(k.mno, {mno_base} + row_number() OVER (PARTITION BY k.mno IS NULL ORDER BY m.rec, m.slot)) AS mno
        FROM b_men m JOIN t_rec r USING (rec)
        LEFT JOIN t_born k ON k.rid = r.rid AND k.slot = m.slot
        WHERE r.changed AND r.put
        """,
        given=("b_men",),
    )
    known = steps.temp("t_men_held", "SELECT mno FROM t_number WHERE NOT is_new", given=("t_born",))
    steps.take("row", rows)
    steps.take("mno", rows - known)
    steps.temp(
        "t_men",
        f"""
        WITH batch AS (
          SELECT m.*, r.rid, r.key AS rec_key, r.locator, strftime(r.observed_at, '%Y-%m-%dT%H:%M:%SZ') AS observed_at
          FROM b_men m JOIN t_rec r USING (rec))
        SELECT n.mno, n.is_new, coalesce(n.mid, {outer.format(message=inner)}) AS mid,
          b.rid, b.slot, b.rec, b.rec_key, coalesce(n.born, $revision) AS born, n.row, b.kind, b.caption,
          b.authority::BIGINT AS authority, nullif(b.props, '') AS props, coalesce(b.names, []) AS names,
          list_sort(list_distinct(coalesce(b.keys, []))) AS keys, coalesce(b.facets, []) AS facets, b.derived_by,
          b.valid_from, b.valid_to, b.observed_at, b.locator,
          {int(label)}::BIGINT AS label, {int(source)}::INTEGER AS source, $revision::BIGINT AS revision
        FROM batch b JOIN t_number n ON n.rec = b.rec AND n.slot = b.slot
        """,
        {
            "revision": revision,
            "source_name": source_name,
            **pads(secret),
        },
        given=("t_number",),
    )


def pads(secret: bytes) -> dict[str, bytes]:
    """The parameters of mention_id_sql that the directory's secret makes."""
    key = secret.ljust(64, b"\0")
    return {"ipad": bytes(b ^ 0x36 for b in key), "opad": bytes(b ^ 0x5C for b in key)}


def changed_links(steps: Steps, label: int) -> None:
    """t_lnk: the mention links of changed records, in a defined order; t_lnk_old: rows of theirs that stood before."""
    steps.temp("t_lnk_old", "SELECT row FROM lnk WHERE rid IN (SELECT rid FROM t_again)", given=("t_again",))
    steps.temp(
        "t_lnk",
        f"""
        SELECT row_number() OVER (ORDER BY l.rec, l.from_slot, l.to_slot, l.kind, l.role, l.valid_from, l.valid_to,
            l.props) AS row, r.rid, l.kind, l.role, f.mno AS from_mno, t.mno AS to_mno, l.valid_from, l.valid_to,
          nullif(l.props, '') AS props, {int(label)}::BIGINT AS label
        FROM b_lnk l JOIN t_rec r USING (rec)
        JOIN t_number f ON f.rec = l.rec AND f.slot = l.from_slot
        JOIN t_number t ON t.rec = l.rec AND t.slot = l.to_slot
        WHERE r.changed AND r.put
        """,
        given=("b_lnk",),
    )
