"""The peer on Neo4j: the same graph as anybody would model it, (:Entity) nodes, links between them, (:Said) mentions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import neo4j

_ENTITY = """
SELECT hex(g.anchor).lower() AS "id:ID(Entity)", g.kind AS kind, g.caption AS caption, g.label AS "label:int",
  g.keys AS keys, g.comp = (SELECT max(comp) FROM '{delta}/groups.parquet') AS "hub:boolean"
FROM '{delta}/groups.parquet' g WHERE g.authority = 0"""
_SAID = """
SELECT hex(mid).lower() AS "id:ID(Said)", comp AS "entity:long", label AS "label:int", source AS "source:long", rec_key, slot,
  kind, caption, props, valid_from, observed_at, revision AS "revision:long", locator FROM '{delta}/mentions.parquet'"""
_LINK = """
SELECT hex(f.anchor).lower() AS ":START_ID(Entity)", hex(t.anchor).lower() AS ":END_ID(Entity)", l.kind AS ":TYPE", l.role AS role,
  hex(from_mid).lower() AS from_mid, hex(to_mid).lower() AS to_mid, l.label AS "label:int", valid_from, valid_to, props
FROM '{delta}/links.parquet' l
JOIN (SELECT comp, anchor FROM '{delta}/groups.parquet' WHERE authority = 0) f ON f.comp = l.from_comp
JOIN (SELECT comp, anchor FROM '{delta}/groups.parquet' WHERE authority = 0) t ON t.comp = l.to_comp"""

HOP = """
MATCH (n:Entity {id: $id})-[l]-(m:Entity) WHERE l.label IN $labels AND m.label IN $labels
WITH type(l) AS kind, startNode(l) = n AS out, m.kind AS nkind, m, collect([l.role, l.valid_from, l.valid_to]) AS episodes
ORDER BY m.id
WITH kind, out, nkind, count(m) AS n, collect([m.id, m.caption, episodes])[..25] AS first
RETURN kind, out, nkind, n, first"""
"""One hop as Graph.expand answers it: counts by kind, and the first 25 of each by id."""

PATH = """
MATCH (a:Entity {id: $source}), (b:Entity {id: $target})
MATCH p = shortestPath((a)-[*..6]-(b)) WHERE all(l IN relationships(p) WHERE l.label IN $labels)
RETURN [n IN nodes(p) | [n.id, n.kind, n.caption]] AS nodes, length(p) AS hops"""

PATH_PAST_HUBS = PATH.replace("RETURN [n IN", "AND none(n IN nodes(p) WHERE n.hub) RETURN [n IN")

PATHS_PAST_HUBS = PATH_PAST_HUBS.replace("shortestPath", "allShortestPaths") + " LIMIT 5"


def csv_files(delta: Path, folder: Path) -> list[str]:
    """Write the files that neo4j-admin imports; gives its arguments."""
    folder.mkdir()
    with duckdb.connect() as db:
        for name, select in (("entity", _ENTITY), ("said", _SAID), ("link", _LINK)):
            db.execute(f"COPY ({select.format(delta=delta)}) TO '{folder}/{name}.csv' (FORMAT csv, HEADER)")
    return [
        f"--nodes=Entity={folder}/entity.csv",
        f"--nodes=Said={folder}/said.csv",
        f"--relationships={folder}/link.csv",
        "--multiline-fields=true",
    ]


def index(driver: neo4j.Driver) -> None:
    """The one index that the peer's questions need."""
    driver.execute_query("CREATE RANGE INDEX entity_id IF NOT EXISTS FOR (n:Entity) ON (n.id)")
    driver.execute_query("CALL db.awaitIndexes(600)")
