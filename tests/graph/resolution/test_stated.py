"""Proposals for stated companies: when just one of name and register agrees, whichever of the two comes first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.asking import commit, data
from tests.api.conftest import open_service
from tests.graph.batches import M, R

NAME = "HALDRIDGE FREIGHT"
OWN = R(
    "company/1", "2026-01-01",
    (M("company", "Company", ("company_number:GB-COH/00000001", f"stated_company:GB-COH/00000001/{NAME}",
                              "stated_company:GB-COH/00000001/OLD HALDRIDGE"), NAME),),
)  # fmt: skip


def claim(name: str, *, listed: bool, number: str = "00000001") -> R:
    keys = (f"stated_company:GB-COH/{number}/{name}",) if listed else ()
    return R(
        "psc/9",
        "2026-01-02",
        (M("controller", "Company", keys, name, (f"stated:{number}/{name}",), authority=1),),
    )


DECISIONS = (
    """{ search(text: "%s") { nodes { caption mentionCount decisions { verdict by followed reason } } } }"""
)


@pytest.mark.parametrize("first", ["register", "claim"])
@pytest.mark.parametrize(
    ("name", "listed", "number", "proposed", "merged"),
    [
        (NAME, True, "00000001", False, True),
        ("OLD HALDRIDGE", True, "00000001", False, True),
        ("HALDRIDGE FRAIGHT", True, "00000001", True, False),
        (NAME, False, "00000001", True, False),
        ("DELAWARE HOLDINGS", False, "00000001", False, False),
        (NAME, True, "00000002", False, False),
    ],
)
def test_a_stated_company_merges_is_proposed_or_neither(
    tmp_path: Path, first: str, name: str, listed: bool, number: str, proposed: bool, merged: bool
) -> None:
    service = open_service(tmp_path / "data")
    stated = claim(name, listed=listed, number=number)
    for record in (OWN, stated) if first == "register" else (stated, OWN):
        commit(service, "psc" if record is stated else "register", [record])
    found = data(service, DECISIONS % name)["search"]["nodes"]
    own = next(node for node in data(service, DECISIONS % NAME)["search"]["nodes"] if node["caption"] == NAME)
    assert own["mentionCount"] == (2 if merged else 1)
    decisions = [decision for node in found for decision in node["decisions"]]
    if not proposed:
        assert decisions == []
        return
    assert {(d["verdict"], d["by"], d["followed"]) for d in decisions} == {("UNSURE", "stated-1", False)}
    assert decisions[0]["reason"] == [
        {
            "name": "stated number",
            "number": number,
            "stated_name": name,
            "register_names": [NAME, "OLD HALDRIDGE"],
            "names_agree": name == NAME,
            "register_listed": listed,
        }
    ]
    service.close()


def test_a_proposal_goes_when_the_register_takes_the_stated_name(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    commit(service, "psc", [claim("NEW NAME", listed=True)])
    commit(service, "register", [OWN])
    keys = (*OWN.mentions[0].keys, "stated_company:GB-COH/00000001/NEW NAME")
    commit(service, "register", [R("company/1", "2026-02-01", (M("company", "Company", keys, "NEW NAME"),))])
    (node,) = data(service, DECISIONS % "NEW NAME")["search"]["nodes"]
    assert (node["mentionCount"], json.dumps(node["decisions"])) == (2, "[]")
    service.close()
