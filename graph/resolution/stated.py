"""Proposals for companies that somebody states: number and name point to one of the register's, but not surely.

A stated number merges by its key when the stated register is on the committed list and the cleaned names agree
(ingest/helpers/uk_registers.py). When just one of the two holds, a person has to look: an UNSURE decision between the
mention that states it and the register's own. When neither does, the number is some other register's.

A mention that states a number carries the facet "stated:<number>/<cleaned name>"; the register's own mention holds
the number's key and the keys of its cleaned names. A decision uses its two mentions and nothing else.
"""

from __future__ import annotations

import duckdb

from graph.ontology import ontology

STATED = "stated-1"
"""The rule's version, as pairs name their decider."""

NUMBER = ontology().identifiers["company_number"].key("")
"""How the keys of a register's own company mentions begin."""

_NAMED = ontology().identifiers["stated_company"].key("")

_CLAIMS = f"""SELECT mid, split_part(facet, '/', 1) AS number, substr(facet, instr(facet, '/') + 1) AS name,
  list_contains(keys, '{_NAMED}' || facet) AS listed
  FROM (SELECT mid, keys, substr(unnest(list_filter(facets, lambda f: starts_with(f, 'stated:'))), 8) AS facet FROM {{}})"""

_OWN = f"""SELECT mid, number, list_transform(list_filter(keys, lambda k: starts_with(k, '{_NAMED}' || number || '/')),
    lambda k: substr(k, {len(_NAMED)} + length(number) + 2)) AS names
  FROM (SELECT mid, keys, substr(unnest(list_filter(keys, lambda k: starts_with(k, '{NUMBER}'))), {len(NUMBER) + 1}) AS number
        FROM {{}}) WHERE len(names) > 0"""


def proposals(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation | None:
    """(a, b, verdict, decider, strength, reason) of the proposals that t_men (changed mentions) brings, against each
    other and those held (men, grp, key); None when there is nothing to look at."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE t_claim AS {_CLAIMS.format('t_men')}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE t_own AS {_OWN.format('t_men')}")
    claims, owns = con.execute(
        "SELECT (SELECT count(*) FROM t_claim), (SELECT count(*) FROM t_own)"
    ).fetchall()[0]
    if not claims and not owns:
        return None
    held = "SELECT mid, keys, facets FROM men WHERE alive AND mno NOT IN (SELECT mno FROM t_old) AND mno NOT IN (SELECT mno FROM t_men)"
    con.execute("CREATE OR REPLACE TEMP TABLE t_own_held AS SELECT * FROM t_own LIMIT 0")
    if claims:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE t_wanted AS SELECT DISTINCT hash('{NUMBER}' || number) AS khash FROM t_claim"
        )
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE t_own_held AS {
                _OWN.format(
                    f"({held} AND grp IN (SELECT grp FROM key WHERE khash IN (SELECT khash FROM t_wanted)))"
                )
            }"""
        )
    con.execute("CREATE OR REPLACE TEMP TABLE t_claim_held AS SELECT * FROM t_claim LIMIT 0")
    if owns:
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE t_claim_held AS SELECT * FROM ({
                _CLAIMS.format(f"({held} AND len(facets) > 0 AND kind IN ('Company', 'Organisation'))")
            })
                WHERE number IN (SELECT number FROM t_own)"""
        )
    return con.sql(
        f"""WITH met AS (
          SELECT c.*, o.mid AS own, o.names FROM t_claim c
            JOIN (SELECT * FROM t_own UNION ALL SELECT * FROM t_own_held) o USING (number)
          UNION ALL SELECT c.*, o.mid, o.names FROM t_claim_held c JOIN t_own o USING (number))
        SELECT least(mid, own) AS a, greatest(mid, own) AS b, 'UNSURE' AS verdict, '{STATED}' AS decider,
          NULL::DOUBLE AS strength, to_json([{{
            'name': 'stated number', 'number': number, 'stated_name': name, 'register_names': list_sort(names),
            'names_agree': list_contains(names, name), 'register_listed': listed}}])::VARCHAR AS reason
        FROM met WHERE mid <> own AND listed <> list_contains(names, name)"""
    )
