"""Crowds that ask for a mega-cluster, or for the square of their number: the tables of a state file, resolved as `clew resolve` does.

`python -m tests.graph.resolution.crowds FOLDER CROWD N` does it in a process of its own, whose memory is nobody else's, and leaves
its decisions in FOLDER. Everything in a crowd is a function of its records' numbers, so that a test knows who is one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

import duckdb

from graph.projection import Projection
from graph.projection.schema import connect, one
from graph.resolution.engines import opened
from graph.resolution.resolve import Run, resolve

Con = duckdb.DuckDBPyConnection
CROWDS: Final[dict[str, Callable[[Con, int], None]]] = {}
_PROPS: Final = ("name", "forenames", "surname", "birth_date", "nationality", "country_of_residence", "occupation", "country_registered",
                 "stated_registration_number", "platform", "handle", "account_id", "bot", "postcode", "line_1", "locality")  # fmt: skip
_TIES: Final = {
    "phone": ("HAS_PHONE", "Phone", "phone:"),
    "mail": ("HAS_EMAIL", "Email", "email:"),
    "company": ("OFFICER_OF", "Company", "company_number:GB-COH/"),
    "employer": ("WORKS_FOR", "Company", ""),
    "address": ("HAS_ADDRESS", "Address", "address:"),
}
"""What a record may tie its mention to: the link, the kind of its end, how its key begins. An address is "street, postcode"; an
employer has a name and no key."""
_ENDS: Final = 100_000_000
"""From which number on the ends of ties are numbered; below, a mention has its record's number."""
_MEN: Final = """INSERT INTO men (mno, mid, rid, slot, source, rec_key, label, born, alive, kind, caption, authority, props, names, keys)
    SELECT {mno}, unhex(md5(({mno})::VARCHAR)), n, {slot}, 1, n::VARCHAR, 0, 1, true, '{kind}', {caption}, 1, {props}, [], {keys} FROM {said}"""


def crowd(make: Callable[[Con, int], None]) -> Callable[[Con, int], None]:
    """One of CROWDS, by its name: fills men and lnk with about so many records."""
    CROWDS[make.__name__] = make
    return make


def tell(con: Con, kind: str, rows: str) -> None:
    """Records of one mention of a kind each. rows: SQL of n, its number, and of what it says: _PROPS, _TIES (a text, or a list of them)
    and `key`; NULL for what it does not."""
    said = f"({rows})"
    held = {row[0]: row[1] for row in con.execute(f"DESCRIBE SELECT * FROM {said}").fetchall()}
    props = ", ".join(f"'{p}', CASE WHEN {p} IS NOT NULL THEN [[{p}, NULL]] END" for p in _PROPS if p in held)
    # What is not said has no name in the JSON, as formats write it: a patch leaves nulls out.
    merged = f"json_merge_patch('{{}}', json_object({props}))::VARCHAR" if props else "'{}'"
    key = "CASE WHEN key IS NULL THEN [] ELSE [key] END" if "key" in held else "[]"
    name = "coalesce(name, '')" if "name" in held else "''"
    con.execute(_MEN.format(mno="n", slot="'it'", kind=kind, caption=name, props=merged, keys=key, said=said))
    for field, (link, end, prefix) in _TIES.items():
        if field in held:
            value = f"unnest({field})" if held[field].endswith("[]") else field
            _tie(con, f"SELECT n, {value} AS value FROM {said}", field, link, end, prefix)


def _tie(con: Con, rows: str, slot: str, link: str, end: str, prefix: str) -> None:
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE t_ends AS SELECT n, value, {_ENDS} + (SELECT count(*) FROM lnk) + row_number() OVER (ORDER BY n, value) AS mno
            FROM ({rows}) WHERE value IS NOT NULL"""
    )
    props = "'{}'"
    if end == "Address":
        props = "json_object('line_1', [[split_part(value, ', ', 1), NULL]], 'postcode', [[split_part(value, ', ', 2), NULL]])::VARCHAR"
    key, caption = (f"['{prefix}' || value]", "''") if prefix else ("[]", "value")
    con.execute(
        _MEN.format(
            mno="mno",
            slot=f"'{slot}' || mno",
            kind=end,
            caption=caption,
            props=props,
            keys=key,
            said="t_ends",
        )
    )
    con.execute(
        f"INSERT INTO lnk (rid, kind, from_mno, to_mno, label) SELECT n, '{link}', n, mno, 0 FROM t_ends"
    )


_MACROS: Final = """
CREATE TEMP MACRO letter(n) AS chr(97 + (n % 26)::INTEGER);
-- A name of two words, another for every n below 350,000.
CREATE TEMP MACRO named(n) AS ['Anne', 'Arthur', 'Robert', 'Susan', 'Mohammed', 'Grace', 'Peter', 'Ivy', 'Olga', 'Tomasz', 'Wei', 'Priya', 'Sean', 'Maria',
  'Hugo', 'Edith', 'Carl', 'Nadia', 'Yusuf', 'Zoe'][1 + n % 20] || ' ' || upper(letter(n // 20)) || letter(n // 520) || letter(n // 13520) || 'wick';
-- A birth day, another for every n below 25,000.
CREATE TEMP MACRO born(n) AS strftime(DATE '1940-01-01' + (n * 7919 % 25000)::INTEGER, '%Y-%m-%d');
CREATE TEMP MACRO mobile(n) AS '+447' || lpad(n::VARCHAR, 9, '0');
"""


@crowd
def switchboard(con: Con, n: int) -> None:
    """So many people with one telephone, each with a name of their own; every hundredth stands in a second book (n further on), with
    his mobile in both."""
    both = "['+441610000000', mobile(n)]"
    some = f"{both}[:CASE WHEN n % 100 = 0 THEN 2 ELSE 1 END]"
    tell(con, "Person", f"SELECT n, named(n) AS name, {some} AS phone FROM range({n}) t(n)")
    tell(
        con, "Person", f"SELECT n + {n} AS n, named(n) AS name, {both} AS phone FROM range(0, {n}, 100) t(n)"
    )


@crowd
def first_names(con: Con, n: int) -> None:
    """A firm's people as books have them, by twenty first names: one telephone and one address."""
    said = "split_part(named(n), ' ', 1) AS name, '+441610000000' AS phone, '1 HIGH ST, LS1 1AA' AS address"
    tell(con, "Person", f"SELECT n, {said} FROM range({n}) t(n)")


@crowd
def one_address(con: Con, n: int) -> None:
    """So many registered companies at one address, each with an officer who is written to there (n further on). Of every hundredth
    somebody else knows the name and telephone (2n further on), of each after it the name and this address (3n)."""
    at, name = (
        "'1 HIGH ST, LS1 1AA' AS address",
        "upper(split_part(named(n), ' ', 2)) || ' ' || n || ' LTD' AS name",
    )
    some = "CASE WHEN n % 100 = 0 THEN mobile(n) END AS phone"
    numbered = "'company_number:GB-COH/' || n AS key"
    tell(con, "Company", f"SELECT n, {numbered}, {name}, {some}, {at} FROM range({n}) t(n)")
    tell(
        con,
        "Person",
        f"SELECT n + {n} AS n, named(n) AS name, n::VARCHAR AS company, {at} FROM range({n}) t(n)",
    )
    tell(con, "Company", f"SELECT n + 2 * {n} AS n, {name}, mobile(n) AS phone FROM range(0, {n}, 100) t(n)")
    tell(con, "Company", f"SELECT n + 3 * {n} AS n, {name}, {at} FROM range(1, {n}, 100) t(n)")


@crowd
def namesakes(con: Con, n: int) -> None:
    """So many called Cuthbert Ashcombe: the even ones each with a day of birth of his own, the odd ones without. Of every hundredth there
    is a second record (n further on). Of ten, the fourth has a telephone with the third and the fifth, who are two."""
    name, dated = "'Cuthbert Ashcombe' AS name", "CASE WHEN n % 2 = 0 THEN born(n // 2) END AS birth_date"
    with_two = "CASE WHEN n % 10 BETWEEN 2 AND 4 THEN mobile(n // 10) END AS phone"
    tell(con, "Person", f"SELECT n, {name}, {dated}, {with_two} FROM range({n}) t(n)")
    tell(con, "Person", f"SELECT n + {n} AS n, {name}, {dated} FROM range(0, {n}, 100) t(n)")


@crowd
def one_name(con: Con, n: int) -> None:
    """Everybody and everything is called the same; two and two share a telephone, or a mailbox."""
    name, platform = "'Cuthbert Ashcombe' AS name", "['discord', 'telegram'][1 + n % 2]"
    tell(con, "Person", f"SELECT n, {name}, mobile(n // 2) AS phone FROM range({n}) t(n)")
    said = "'ASHCOMBE LTD' AS name, mobile(500000 + n // 2) AS phone"
    tell(con, "Company", f"SELECT n + {n} AS n, {said} FROM range({n}) t(n)")
    said = f"{name}, 'ashcombe' AS handle, {platform} AS platform, n::VARCHAR AS account_id, 'false' AS bot"
    tied = f"{platform} || '_user:' || n AS key, (n // 2) || '@example.org' AS mail"
    tell(con, "Account", f"SELECT n + 2 * {n} AS n, {said}, {tied} FROM range({n}) t(n)")


@crowd
def nothing_said(con: Con, n: int) -> None:
    """Texts that say nothing, in every field that there is; seventy bodies without a name share telephone, address and country."""
    nothing = "['', ' ', '-', '...', chr(8203), chr(39), chr(1600)][1 + n % 7]"

    def all_of(*names: str) -> str:
        return ", ".join(f"{nothing} AS {name}" for name in names)

    told = all_of(
        "name", "forenames", "surname", "birth_date", "nationality", "country_of_residence", "occupation"
    )
    tell(con, "Person", f"SELECT n, {told} FROM range({n}) t(n)")
    told = all_of("name", "country_registered", "stated_registration_number")
    tell(con, "Company", f"SELECT n + {n} AS n, {told} FROM range({n}) t(n)")
    tied = "'England' AS country_registered, '+441610000000' AS phone, '1 HIGH ST, LS1 1AA' AS address"
    tell(con, "Organisation", f"SELECT n + 2 * {n} AS n, {nothing} AS name, {tied} FROM range(70) t(n)")
    told = all_of("line_1", "postcode", "locality")
    tell(con, "Address", f"SELECT n + 3 * {n} AS n, 'address:' || n AS key, {told} FROM range({n}) t(n)")
    told = all_of("name", "handle", "platform", "bot")
    known = "'discord_user:' || n AS key, n::VARCHAR AS account_id"
    tell(con, "Account", f"SELECT n + 4 * {n} AS n, {known}, {told} FROM range({n}) t(n)")


_WORDS: Final = [
    ["محمد", "علي", "فاطمة", "حسن"],
    ["שרה", "לוי", "דוד", "כהן"],
    ["王伟", "李娜", "张", "刘洋"],
    ["山田", "太郎", "花子", "佐藤"],
    ["김민수", "이서연", "박", "최지우"],
    ["Иван", "Петров", "Анна", "Смирнова"],
    ["ณัฐ", "พงศ์", "สมชาย", "ใจดี"],
    ["अमित", "शर्मा", "प्रिया", "सिंह"],
]


@crowd
def scripts(con: Con, n: int) -> None:
    """People and bodies in eight scripts, of sixteen names each, with one telephone a script. Of every hundredth there is a second
    record, with a mobile of his own in both: people n further on, bodies from 2n and 3n."""
    words, both = f"{_WORDS}[1 + n % 8]", "['+44161000000' || n % 8, mobile(n)]"
    name = f"{words}[1 + (n // 8) % 4] || ' ' || {words}[1 + (n // 32) % 4] AS name"
    some = f"{both}[:CASE WHEN n % 100 = 0 THEN 2 ELSE 1 END] AS phone"
    for kind, start in (("Person", 0), ("Organisation", 2 * n)):
        tell(con, kind, f"SELECT n + {start} AS n, {name}, {some} FROM range({n}) t(n)")
        tell(con, kind, f"SELECT n + {start + n} AS n, {name}, {both} AS phone FROM range(0, {n}, 100) t(n)")


FIELDS: Final = (
    ("Person", "name", "named(n)"),
    ("Person", "name", "named(n % 50)"),
    ("Person", "name", "split_part(named(n % 50), ' ', 1)"),
    ("Person", "surname", "named(n % 50)"),
    ("Person", "birth_date", "born(n % 50)"),
    ("Person", "nationality", "'British'"),
    ("Person", "occupation", "'Plumber'"),
    ("Person", "phone", "mobile(n % 50)"),
    ("Person", "address", "'1 HIGH ST, LS1 1AA'"),
    ("Person", "company", "(n // 2)::VARCHAR"),
    ("Person", "employer", "'ACME LTD'"),
    ("Company", "name", "upper(named(n % 50))"),
    ("Company", "stated_registration_number", "(n % 50)::VARCHAR"),
    ("Organisation", "country_registered", "'England'"),
    ("Address", "postcode", "'LS1 1AA'"),
    ("Address", "line_1", "'1 High St'"),
    ("Account", "handle", "named(n % 50)"),
    ("Account", "name", "named(n % 50)"),
)


@crowd
def one_field(con: Con, n: int) -> None:
    """Of each of FIELDS so many records that say this and nothing else."""
    for place, (kind, field, said) in enumerate(FIELDS):
        key = f"'{kind}:' || n" if kind in ("Address", "Account") else "NULL"
        tell(con, kind, f"SELECT n + {place * n} AS n, {key} AS key, {said} AS {field} FROM range({n}) t(n)")


@crowd
def a_list(con: Con, n: int) -> None:
    """One record (n) has the telephones of n others of its name."""
    name, all_of_them = "'Cuthbert Ashcombe' AS name", f"(SELECT list(mobile(n)) FROM range({n}) t(n))"
    tell(con, "Person", f"SELECT n, {name}, mobile(n) AS phone FROM range({n}) t(n)")
    tell(con, "Person", f"SELECT {n} AS n, {name}, {all_of_them} AS phone")


@crowd
def hub(con: Con, n: int) -> None:
    """A person's number stands on n records, each with a telephone that another record has too (n further on)."""
    name = "'Cuthbert Ashcombe' AS name"
    tell(
        con,
        "Person",
        f"SELECT n, {name}, 'ch_person:GB-COH/1' AS key, mobile(n) AS phone FROM range({n}) t(n)",
    )
    tell(con, "Person", f"SELECT n + {n} AS n, {name}, mobile(n) AS phone FROM range({n}) t(n)")


def main(folder: Path, name: str, n: int) -> None:
    """Make a crowd and resolve it twice, the second time by memory; print what that took."""
    folder.mkdir(parents=True)
    state = folder / "state.duckdb"
    con = connect(state)
    con.execute(_MACROS)
    CROWDS[name](con, n)
    own = f"SELECT mid, mno FROM men WHERE mno < {_ENDS}"
    con.execute(f"COPY ({own}) TO '{folder / 'mentions.parquet'}' (FORMAT parquet)")
    (mentions,) = one(con, f"SELECT count(*) FROM men WHERE mno < {_ENDS}")
    con.close()
    projection = Projection(state, b"")
    told = []
    for turn in ("first", "again"):
        started, runs = time.monotonic(), list[Run]()

        def match(con: Con, path: Path) -> None:
            with opened("duckdb", folder) as engine:
                runs.append(resolve(con, path, engine=engine))  # noqa: B023

        projection.decide(match, folder / f"{turn}.parquet")
        told.append({**asdict(runs[0]), "seconds": round(time.monotonic() - started, 1)})
    projection.close()
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    print(json.dumps({"runs": told, "mentions": mentions, "mib": int(peak.split()[1]) >> 10}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
