"""The columns of people: names taken apart, birth date, nationality, residence, occupation."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.resolution.columns.shared import ONE, folded, near, register
from graph.resolution.forenames import canonical, listed, meanings, surname_listed
from graph.resolution.person_names import parse

KINDS = ("Person",)


def make(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """See columns.make()."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, keys, {ONE.format("name")} AS name,
              coalesce({ONE.format("forenames")}, '') AS forenames, coalesce({ONE.format("surname")}, '') AS surname,
              coalesce({ONE.format("title")}, '') AS title, coalesce({ONE.format("honours")}, '') AS honours,
              coalesce({ONE.format("former_name")}, '') AS former,
              {ONE.format("birth_date")} AS birth, {ONE.format("nationality")} AS nationality,
              {ONE.format("country_of_residence")} AS country, {ONE.format("occupation")} AS occupation
            FROM {men} WHERE kind = 'Person'""",
    )
    register(con, "t_parsed", _parsed(con))
    for column in ("nationality", "country", "occupation"):
        register(con, f"t_folded_{column}", folded(con, column))
    _lists(con, men, lnk)
    count = temp(
        con,
        into,
        """SELECT s.mno, s.mid, s.rid, s.label, list_sort(s.keys) AS keys, p.first, p.canon, p.meanings, p.listed, nullif(p.middle, '') AS middle,
             p.last, p.former, p.last_canon, p.last_listed, p.title, p.generation, p.formal AND coalesce(s.nationality, s.country, s.occupation) IS NOT NULL AS formal, p.shown,
             CASE WHEN p.first IS NOT NULL AND p.last IS NOT NULL
                  THEN least(p.canon, p.last) || ' ' || greatest(p.canon, p.last) END AS both_names,
             try_cast(substr(s.birth, 1, 4) AS INTEGER) AS year, try_cast(nullif(substr(s.birth, 6, 2), '') AS INTEGER) AS month,
             try_cast(nullif(substr(s.birth, 9, 2), '') AS INTEGER) AS day,
             n.folded AS nationality, c.folded AS country, o.folded AS occupation,
             i.entries, k.book
           FROM t_said s LEFT JOIN t_entries i ON i.mno = s.mno LEFT JOIN t_books k ON k.mno = s.mno
           LEFT JOIN t_parsed p ON p.name = coalesce(s.name, '') AND p.forenames = s.forenames AND p.surname = s.surname
             AND p.before = s.title AND p.after = s.honours AND p.earlier = s.former
           LEFT JOIN t_folded_nationality n ON n.raw = s.nationality LEFT JOIN t_folded_country c ON c.raw = s.country
           LEFT JOIN t_folded_occupation o ON o.raw = s.occupation""",
    )
    near(con, men, lnk, into)
    return count


def _lists(con: duckdb.DuckDBPyConnection, men: str, lnk: str) -> None:
    """t_entries(mno, entries) and t_books(mno, book): the lists in which a mention stands as one entry: the officers of a company,
    its controllers, the cards of a phone book. Two entries of one list are seldom one person's."""
    own = f"SELECT l.*, m.keys FROM {lnk} l JOIN {men} m"
    temp(
        con,
        "t_entries",
        f"""SELECT mno, list(DISTINCT entry ORDER BY entry) AS entries FROM (
              SELECT from_mno AS mno, kind || '|' || unnest(list_filter(keys, lambda k: starts_with(k, 'company_number:'))) AS entry
              FROM ({own} ON m.mno = l.to_mno WHERE l.kind IN ('OFFICER_OF', 'CONTROLS'))
              WHERE from_mno IN (SELECT mno FROM t_said)) GROUP BY mno""",
    )
    temp(
        con,
        "t_books",
        f"""SELECT to_mno AS mno, min(list_filter(keys, lambda k: starts_with(k, 'phone_book:'))[1]) AS book
            FROM ({own} ON m.mno = l.from_mno WHERE l.kind = 'HAS_CONTACT')
            WHERE to_mno IN (SELECT mno FROM t_said) GROUP BY to_mno""",
    )


def _parsed(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Names taken apart, over their distinct texts."""
    rows = con.execute(
        "SELECT DISTINCT coalesce(name, ''), forenames, surname, title, honours, former FROM t_said"
    ).fetchall()
    parts = [parse(*row) for row in rows]
    texts: dict[str, list[str | None]] = {
        "name": [row[0] for row in rows],
        "forenames": [row[1] for row in rows],
        "surname": [row[2] for row in rows],
        "before": [row[3] for row in rows],
        "after": [row[4] for row in rows],
        "earlier": [row[5] for row in rows],
        "first": [p.first for p in parts],
        "canon": [p.first and canonical(p.first) for p in parts],
        "middle": [p.middle for p in parts],
        "last": [p.last for p in parts],
        "former": [p.former for p in parts],
        "last_canon": [p.last and canonical(p.last) for p in parts],
        "title": [p.title for p in parts],
        "shown": [" ".join(x for x in (p.first, p.middle, p.last) if x) for p in parts],
    }
    columns: dict[str, Any] = {name: pa.array(held, pa.string()) for name, held in texts.items()}
    meant = [p.first and meanings(p.first) for p in parts]
    return pa.table(
        {
            **columns,
            "formal": pa.array([p.formal for p in parts], pa.bool_()),
            "listed": pa.array([bool(p.first) and listed(p.first or "") for p in parts], pa.bool_()),
            "last_listed": pa.array(
                [bool(p.last) and surname_listed(p.last or "") for p in parts], pa.bool_()
            ),
            "generation": pa.array([p.generation for p in parts], pa.int64()),
            "meanings": pa.array(meant, pa.list_(pa.string())),
        }
    )
