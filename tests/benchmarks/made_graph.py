"""A made-up graph as a delta directory: entities, mentions, links with episodes and labels, hubs and their counters.

Components 1 … n, the last of them a hub: an address at which all 95 % of label 0 are registered. The other 5 % carry
one of 39 more labels and are linked to their like, and to every thousandth component of label 0, which holds a second
group of such a label and so is not plain. The rest of four links an entity lead from anywhere to the lower numbers
more often; every tenth repeats the one before with another interval. Two mentions an entity, one key.
"""

from __future__ import annotations

import random
from pathlib import Path

import duckdb

from graph.model import LabelId, Revision, View
from graph.tables import HUB

LABELS = 30
"""Labels that the reader sees, of 40."""

VIEW = View(frozenset(LabelId(number) for number in range(LABELS)), Revision(1))

_MACROS = f"""
CREATE MACRO own(n, i) AS CASE WHEN i % 20 = 19 AND i < n THEN 1 + (i // 20) % 39 ELSE 0 END;
CREATE MACRO second(n, i) AS CASE WHEN i % 1000 = 0 AND i < n THEN 1 + (i // 1000) % 39 ELSE NULL END;
CREATE MACRO mid(i, slot) AS unhex(md5(i::VARCHAR)[:30] || slot);
CREATE MACRO anchor(n, i) AS CASE WHEN second(n, i) IS NULL THEN mid(i, '00') END;
CREATE MACRO kindof(n, i) AS CASE WHEN i = n THEN 'Address' WHEN i % 2 = 0 THEN 'Person' ELSE 'Company' END;
CREATE MACRO grp(i, k, label) AS i * 2 + CASE WHEN label = k THEN 0 ELSE 1 END;
CREATE MACRO unit(l, salt) AS (hash(l, salt) % 1000003) / 1000003.0;
CREATE MACRO caption(n, i) AS upper(md5(i::VARCHAR)[:6]) || ' ' || kindof(n, i) || ' ' || i;
CREATE MACRO heavy() AS {HUB};
"""

_ENTITIES = "CREATE TABLE e AS SELECT i, own({n}, i) AS label, second({n}, i) AS other FROM range({first}, {last} + 1) t(i)"

# ends: link l leaves a and reaches b, both with a mention of the label of a.
_ENDS = """
CREATE TABLE ends AS
WITH raw AS (
  SELECT l, l - CASE WHEN l % 10 = 9 AND l > {plain} THEN 1 ELSE 0 END AS seed FROM range(0, 4 * ({last} - {first} + 1)) t(l)),
a AS (SELECT l, seed, CASE WHEN l < {plain} THEN {first} + l
        ELSE {first} + (unit(seed, 5) * ({last} - {first} + 1))::BIGINT % ({last} - {first} + 1) END AS a FROM raw),
b AS (SELECT *, own({n}, a) AS label FROM a WHERE a < {n}),
c AS (SELECT *, CASE
    WHEN l < {plain} AND label = 0 THEN {n}
    WHEN label = 0 THEN 1 + ((unit(seed, 6) ** 1.5 * ({n} - 2))::BIGINT // 2) * 2
    WHEN seed % 3 = 0 AND {n} > 80000 THEN (39 * (1 + floor(unit(seed, 7) * ({n} // 39000 - 1))::BIGINT) + label - 1) * 1000
    ELSE 19 + 20 * (label - 1 + 39 * floor(unit(seed, 8) * ({n} // 780 - 1))::BIGINT) END AS b FROM b)
SELECT l, a, label, CASE WHEN label = 0 AND b % 20 = 19 THEN b - 2 ELSE b END AS b FROM c
"""

_LINKS = """
CREATE TABLE links AS
SELECT {rows} + row_number() OVER (ORDER BY l) AS row,
  CASE WHEN b = {n} THEN 'REGISTERED_AT' WHEN a % 2 = 0 THEN 'OFFICER_OF' ELSE 'CONTROLS' END AS kind,
  CASE WHEN b = {n} THEN 'registered office' ELSE ['director', 'secretary', 'member'][1 + (l % 3)::INT] END AS role,
  a AS from_comp, b AS to_comp, grp(a, own({n}, a), label) AS from_grp, grp(b, own({n}, b), label) AS to_grp,
  mid(a, CASE WHEN own({n}, a) = label THEN '00' ELSE '02' END) AS from_mid,
  mid(b, CASE WHEN own({n}, b) = label THEN '00' ELSE '02' END) AS to_mid,
  kindof({n}, a) AS from_kind, kindof({n}, b) AS to_kind, anchor({n}, a) AS from_anchor, anchor({n}, b) AS to_anchor, label,
  (DATE '2000-01-01' + (hash(l, 9) % 8000)::INT)::VARCHAR AS valid_from,
  CASE WHEN l % 3 = 0 THEN (DATE '2022-01-01' + (hash(l, 9) % 1600)::INT)::VARCHAR END AS valid_to,
  CASE WHEN a % 2 = 1 AND b <> {n} THEN '{{"natures": ["ownership-of-shares-25-to-50-percent"], "share_max": 50, "share_min": 25}}' END AS props
FROM ends WHERE a <> b AND (own({n}, b) = label OR second({n}, b) = label)
"""

_TABLES = {
    "mentions": """
SELECT {rows} + row_number() OVER (ORDER BY i, slot) AS row, mid(i, slot) AS mid, i AS comp,
  grp(i, own({n}, i), m.label) AS grp, m.label, {revision} AS born, 1 AS source, i || '/' || slot AS rec_key,
  'company' AS slot, kindof({n}, i) AS kind, caption({n}, i) AS caption, CASE slot WHEN '00' THEN 0 ELSE 2 END AS authority,
  '{{"name": [["' || caption({n}, i) || '", null]], "incorporated": [["2001-02-03", "03/02/2001"]]}}' AS props,
  NULL::VARCHAR AS derived_by, '2001-02-03' AS valid_from, NULL::VARCHAR AS valid_to,
  '2026-09-01T00:00:00.000000Z' AS observed_at, {revision} AS revision, 'line ' || i AS locator
FROM (SELECT i, label, unnest(['00', '01']) AS slot FROM e
      UNION ALL SELECT i, other, '02' FROM e WHERE other IS NOT NULL) m""",
    "groups": """
SELECT {rows} + row_number() OVER (ORDER BY i, slot) AS row, i AS comp, grp(i, own({n}, i), g.label) AS grp, g.label,
  mid(i, slot) AS anchor, {revision} AS born, CASE slot WHEN '00' THEN 2 ELSE 1 END AS n, kindof({n}, i) AS kind,
  caption({n}, i) AS caption, CASE slot WHEN '00' THEN 0 ELSE 2 END AS authority,
  '["company_number:GB-COH/' || i || '"]' AS keys
FROM (SELECT i, label, '00' AS slot FROM e UNION ALL SELECT i, other, '02' FROM e WHERE other IS NOT NULL) g""",
    "keys": """
SELECT {rows} + row_number() OVER (ORDER BY i, k.label) AS row, 'company_number:GB-COH/' || i AS key, i AS comp,
  grp(i, own({n}, i), k.label) AS grp, k.label
FROM (SELECT i, label FROM e UNION ALL SELECT i, other FROM e WHERE other IS NOT NULL) k""",
    "links": "SELECT * FROM links",
    "counters": """
SELECT {rows} + row_number() OVER (ORDER BY comp, label, out, kind, nkind) AS row, * FROM (
  SELECT from_comp AS comp, label, true AS out, kind, to_kind AS nkind, count(DISTINCT to_anchor) AS n
  FROM links WHERE to_anchor IS NOT NULL GROUP BY ALL HAVING n >= heavy()
  UNION ALL SELECT to_comp, label, false, kind, from_kind, count(DISTINCT from_anchor) AS n
  FROM links WHERE from_anchor IS NOT NULL GROUP BY ALL HAVING n >= heavy())""",
    "docs": """
SELECT {rows} + row_number() OVER (ORDER BY i) AS row, i AS comp, NULL::BIGINT AS grp, label, mid(i, '00') AS anchor,
  mid(i, '00') AS oldest, kindof({n}, i) AS kind, caption({n}, i) AS caption, [caption({n}, i)] AS names, []::VARCHAR[] AS facets
FROM e WHERE other IS NULL""",
}  # fmt: skip


def write(directory: Path, nodes: int, *, first: int = 1, last: int | None = None, revision: int = 1) -> Path:
    """The delta of components first … last of a graph of `nodes` (all by default), links leaving them included.

    Later revisions add components beyond `nodes`, linked to those before; they count nothing anew at the hubs."""
    last = nodes if last is None else last
    directory.mkdir(parents=True)
    values = {"n": nodes, "first": first, "last": last, "revision": revision, "rows": (first - 1) * 10}
    values["plain"] = last - first + 1
    with duckdb.connect() as db:
        db.execute(_MACROS)
        for statement in (_ENTITIES, _ENDS, _LINKS):
            db.execute(statement.format(**values))
        for table, select in _TABLES.items():
            if table != "counters" or revision == 1:
                db.execute(
                    f"COPY ({select.format(**values)}) TO '{directory}/{table}.parquet' (FORMAT parquet)"
                )
    return directory


def entity_id(number: int) -> bytes:
    """The id of the entity that component `number` is (of its first group, when it has two)."""
    from hashlib import md5

    return bytes.fromhex(md5(str(number).encode(), usedforsecurity=False).hexdigest()[:30] + "00")


def leaves(nodes: int, count: int, seed: int = 3) -> list[bytes]:
    """Entities of label 0 from the half with fewer links."""
    dice = random.Random(seed)
    numbers = (dice.randrange(nodes // 2, nodes) for _ in range(count * 2))
    return [entity_id(number) for number in numbers if number % 20 != 19 and number % 1000][:count]
