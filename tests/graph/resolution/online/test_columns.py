"""One record's columns in Python are those that DuckDB makes of it among others."""

from __future__ import annotations

import json
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.resolution import columns
from graph.resolution.models import DECIDERS
from graph.resolution.online.columns import Said, Tie, make
from tests.graph.resolution.online.rows import tables

NAMES = ["Martha van der Berg", "Mr & Mrs Jo Smith", "SMITH, Robert John, Jr", "Dr Bob Ashcombe OBE", "José Ñúñez", "محمد بن علي", "山田太郎",
         "Ⅷ ✈", "J", "Acme Trading Limited", "ACME & SONS (U.K.) PLC", "The", "O'Brien-Jones", "Iván", "...", "Anna Gym", "Smith Jnr"]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(["British", "N/A", "Größe", " ", "Director", "GB", "00012345", "SC-123 456", "000"]),
    st.text(max_size=8),
)
NAME = st.one_of(st.none(), st.sampled_from(NAMES), st.text(max_size=20))
DATES = st.sampled_from([None, "1961", "1961-04", "1961-04-09", "2000-12-31"])
VALUES = st.fixed_dictionaries({}, optional={
    "name": NAME, "forenames": NAME, "surname": NAME, "title": st.sampled_from(["Mr", "Dame", "Dr", None]), "honours": st.sampled_from(["OBE", "Jr", "III"]),
    "birth_date": DATES, "nationality": WORDS, "country_of_residence": WORDS, "occupation": WORDS, "company_number": WORDS,
    "stated_registration_number": WORDS, "country_registered": WORDS, "legal_form": WORDS,
})  # fmt: skip
KEYS = (
    st.lists(
        st.sampled_from(
            [
                "company_number:GB-COH/1",
                "company_number:GB-COH/2",
                "stated_company:GB-COH/1/X",
                "ch_person:GB-COH/7",
            ]
        ),
        max_size=2,
        unique=True,
    )
    .map(sorted)
    .map(tuple)
)
TIE = st.one_of(
    st.builds(Tie, st.just("HAS_EMAIL"), st.just("Email"), st.sampled_from([(), ("email:b.q+home@x.example",), ("email:bq@x.example", "email:+a@x.example")])),
    st.builds(Tie, st.sampled_from(["HAS_PHONE", "MENTIONS"]), st.just("Phone"), st.sampled_from([(), ("phone:+441",), ("phone:+441", "phone:+442")])),
    st.builds(Tie, st.sampled_from(["OFFICER_OF", "WORKS_FOR", "HAS_CONTACT"]), st.sampled_from(["Company", "Organisation"]), KEYS, st.just({}), st.sampled_from(["", *NAMES])),
    st.builds(Tie, st.just("HAS_ADDRESS"), st.just("Address"), st.sampled_from([(), ("address:1 HIGH ST AB1 2CD",)]),
              st.fixed_dictionaries({}, optional={"postcode": st.sampled_from(["AB1 2CD", "ab12cd", "", "??"])})),
)  # fmt: skip
SAID = st.builds(
    lambda kind, props, caption, keys, ties, employs: Said(kind, {k: v for k, v in props.items() if v is not None}, caption, keys, tuple(ties), employs),
    st.sampled_from(["Person", "Company", "Organisation"]), VALUES, st.sampled_from(["", *NAMES]), KEYS, st.lists(TIE, max_size=4), st.booleans(),
)  # fmt: skip


def _props(said: Any) -> str:
    return json.dumps({name: [[value, None]] for name, value in said.items()}, ensure_ascii=False)


def _bulk(
    said: Said, called: dict[str, list[str]]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]] | None:
    """What columns.make says of the record, among bodies that others call by name."""
    model = DECIDERS["person-1" if said.kind == "Person" else "organisation-1"]
    men = [_mention(0, said.kind, said.caption, _props(said.props), said.keys)]
    lnk = []
    for tie in said.ties:
        lnk.append({"kind": tie.link, "from_mno": 0, "to_mno": len(men)})
        men.append(_mention(len(men), tie.kind, tie.caption, _props(tie.props), tie.keys))
    for key, captions in called.items():
        men += [
            _mention(len(men) + n, "Company", caption, "{}", (key,)) for n, caption in enumerate(captions)
        ]
    if said.employs:
        lnk.append({"kind": "WORKS_FOR", "from_mno": len(men), "to_mno": 0})
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        tables(con, men, lnk)
        columns.make(con, model.kinds, "men", "lnk", "f_base")
        found = (
            con.sql("SELECT * EXCLUDE (mno, mid, rid, label) FROM f_base WHERE mno = 0")
            .to_arrow_table()
            .to_pylist()
        )
        near = con.execute(
            "SELECT DISTINCT class, value, shared FROM f_base_near WHERE mno = 0 ORDER BY ALL"
        ).fetchall()
    return (found[0], near) if found else None


def _mention(n: int, kind: str, caption: str, props: str, keys: Any) -> dict[str, Any]:
    return {
        "mno": n,
        "mid": n.to_bytes(16, "big"),
        "rid": "r",
        "label": 0,
        "kind": kind,
        "caption": caption,
        "props": props,
        "names": [],
        "keys": list(keys),
    }


@given(SAID)
@settings(max_examples=60, deadline=None)
def test_the_columns_of_one_record_are_those_of_the_bulk_run(said: Said) -> None:
    from graph.resolution.columns.shared import without_form
    from graph.values import company_name

    captions = {"company_number:GB-COH/2": ["Second Hand Books Ltd"]}
    # Its own bodies' captions name their numbers too, as those of any record do.
    named = {key: [without_form(company_name.key(x)) for x in some] for key, some in captions.items()}
    for tie in said.ties:
        for key in (
            [k for k in tie.keys if k.startswith("company_number:")][:1]
            if tie.kind in ("Company", "Organisation") and tie.caption
            else ()
        ):
            named.setdefault(key, []).append(without_form(company_name.key(tie.caption)))
    if said.kind != "Person" and said.caption:
        for key in [k for k in said.keys if k.startswith("company_number:")][:1]:
            named.setdefault(key, []).append(without_form(company_name.key(said.caption)))
    bulk, ours = _bulk(said, captions), make(said, named)
    assert ours == (None if bulk is None else (bulk[0], bulk[1]))
