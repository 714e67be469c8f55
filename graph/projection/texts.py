"""From changed records to the delta's texts: o_texts; txt and der are written.

A text stands as long as its record does, closed or not. One that an enricher has said something about is put anew with
it, if it is of the same body and label.
"""

from __future__ import annotations

from graph.evidence import mention_id_sql
from graph.projection.records import pads
from graph.projection.steps import Steps
from graph.tables import DIGEST

_HANDLES = "list_concat([lower(hex(mid))], if(len(keys) > 0, ['=' || array_to_string(keys, chr(31))], []))"
"""graph.tables.handles of a mention (its keys are sorted)."""


def text_rows(steps: Steps, revision: int, source: int, source_name: str, label: int, secret: bytes) -> None:
    """o_texts: the texts of changed records, and those that derived values came or went for. Reads t_rec and t_men."""
    inner, outer = mention_id_sql(secret)
    steps.temp(
        "t_txt_old", "SELECT row, tid FROM txt WHERE rid IN (SELECT rid FROM t_again)", given=("t_again",)
    )
    steps.temp(
        "t_about",
        f"""SELECT rec, split_part(slot, '@', 1) AS slot, list_sort(list_distinct(flatten(list({_HANDLES})))) AS about
            FROM t_men WHERE derived_by IS NOT NULL AND contains(slot, '@') GROUP BY ALL""",
        given=("b_txt",),
    )
    steps.temp(
        "t_txt",
        f"""
        WITH b AS (
          SELECT t.*, r.rid, r.key AS rec_key, r.locator, strftime(r.observed_at, '%Y-%m-%dT%H:%M:%SZ') AS observed_at
          FROM b_txt t JOIN t_rec r USING (rec) WHERE r.changed AND r.put),
        known AS (SELECT *, {outer.format(message=inner)} AS tid FROM b)
        SELECT b.* EXCLUDE (rec), a.mid AS author,
          coalesce(a.keys, []) AS author_keys, o.mid AS room, coalesce(o.keys, []) AS room_keys,
          coalesce(w.about, []) AS about, {int(label)}::BIGINT AS label, {int(source)}::INTEGER AS source,
          $revision::BIGINT AS revision
        FROM known b LEFT JOIN t_men a ON a.rec = b.rec AND a.slot = b.author_slot
        LEFT JOIN t_men o ON o.rec = b.rec AND o.slot = b.room_slot
        LEFT JOIN t_about w ON w.rec = b.rec AND w.slot = b.slot
        """,
        {"revision": revision, "source_name": source_name, **pads(secret)},
        given=("b_txt",),
    )
    _derive(steps, label)
    steps.temp(
        "t_txt_again",
        """SELECT * EXCLUDE (row), row AS old_row FROM txt
           WHERE tid IN (SELECT tid FROM t_der_moved) AND tid NOT IN (SELECT tid FROM t_txt_old)
             AND tid NOT IN (SELECT tid FROM t_txt)""",
        given=("t_der_moved",),
    )
    steps.put(
        "texts",
        f"""
        WITH now AS (SELECT *, NULL::BIGINT AS old_row FROM t_txt UNION ALL BY NAME SELECT * FROM t_txt_again),
        said AS (
          SELECT n.tid, to_json(map(list(d.property ORDER BY d.property), list(
            {{'value': d.value, 'assumed': d.assumed, 'confidence': d.confidence, 'by': d.derived_by}}
            ORDER BY d.property)))::VARCHAR AS derived
          FROM (SELECT tid, label, {DIGEST.format("body")} AS digest FROM now WHERE tid IN (SELECT tid FROM der)) n
          JOIN der d ON d.tid = n.tid AND d.label = n.label AND d.digest = n.digest GROUP BY n.tid)
        SELECT n.*, s.derived FROM now n LEFT JOIN said s ON s.tid = n.tid
        """,
        "old_row IS NOT NULL, rid, slot",
        given=("t_txt", "t_txt_again"),
    )
    steps.add(
        "t_txt_old",
        "SELECT old_row AS row, tid FROM o_texts WHERE old_row IS NOT NULL",
        given=("t_txt_again",),
    )
    steps.add("t_end", "SELECT 'texts' AS tbl, row FROM t_txt_old", given=("t_txt_old",))
    steps.run("DELETE FROM txt WHERE row IN (SELECT row FROM t_txt_old)", given=("t_txt_old",))
    steps.run("INSERT INTO txt BY NAME SELECT * EXCLUDE (old_row, derived) FROM o_texts", given=("o_texts",))


def _derive(steps: Steps, label: int) -> None:
    """t_der_moved: the texts that derived values came or went for; der is written."""
    steps.temp(
        "t_der",
        f"""SELECT r.rid, d.tid, {int(label)}::BIGINT AS label, d.property, d.value, d.assumed, d.confidence, d.digest,
              d.derived_by
            FROM b_der d JOIN t_rec r USING (rec) WHERE r.changed AND r.put
            QUALIFY row_number() OVER (PARTITION BY d.tid, d.property ORDER BY d.rec DESC) = 1""",
        given=("b_der",),
    )
    # Of one text and property the last word counts, whichever record said the one before.
    gone = """rid IN (SELECT rid FROM t_again)
      OR (tid IN (SELECT tid FROM t_der) AND row(tid, property, label) IN (SELECT row(tid, property, label) FROM t_der))"""
    driven = ("t_again", "t_der")
    steps.temp("t_der_moved", f"SELECT tid FROM der WHERE {gone} UNION SELECT tid FROM t_der", given=driven)
    steps.run(f"DELETE FROM der WHERE {gone}", given=driven)
    steps.run("INSERT INTO der BY NAME SELECT * FROM t_der", given=("t_der",))
