"""A reader's answers depend on what the reader may see and on nothing else: every root field, on both stores."""

from __future__ import annotations

import json
from collections.abc import Callable

from api.service import Service
from tests.api.asking import CASE, answers, ask, commit, company, ids_of, mixed_world, root_fields

MISTAKES = """mutation($a: ID!, $b: ID!, $j: ID!) {
  judge(a: $a, b: $b, verdict: SAME) { judgement revision userErrors { code path message } }
  undo(judgement: $j) { judgement revision userErrors { code path message } } }"""


def _asked_about(service: Service, ids: list[str]) -> dict[int, dict[str, str]]:
    revisions = [3, 8, service.head()]
    return {revision: answers(service, ids, "outsider", revision) for revision in revisions}


def test_hidden_rows_change_not_one_byte_of_any_answer(opened: Callable[[str], Service]) -> None:
    service = opened("with")
    everything = mixed_world(service, 1, hidden=True, steps=5)
    with_hidden = None
    visible = [mid for mid in everything if _sees(service, mid)]
    ids = [*visible[:8], *(mid for mid in everything if mid not in visible)][:12]
    with_hidden = _asked_about(service, ids)
    hidden_share = 1 - len(visible) / len(everything)
    partly = _partly_visible(service, visible)
    whole = answers(service, ids)
    service.close()
    other = opened("without")
    mixed_world(other, 1, hidden=False, steps=5)
    without = _asked_about(other, ids)
    for revision, told in with_hidden.items():
        assert told == without[revision], revision
    other.close()
    assert whole != with_hidden[max(with_hidden)], "the local reader does see the case"
    assert hidden_share > 0.2
    assert partly >= 0.3, "many clusters must be seen in part, or nothing is proved"


def _sees(service: Service, mid: str) -> bool:
    return (
        ask(service, "query($id: ID!) { node(id: $id) { id } }", "outsider", id=mid)["data"]["node"]
        is not None
    )


def _partly_visible(service: Service, visible: list[str]) -> float:
    """The share of the outsider's entities of which the local reader sees more mentions."""
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { id mentionCount } }"
    seen, whole = (ask(service, text, reader, ids=visible)["data"]["nodes"] for reader in ("outsider", None))
    counts = {a["id"]: a["mentionCount"] < b["mentionCount"] for a, b in zip(seen, whole, strict=True)}
    return sum(counts.values()) / len(counts)


def test_mistakes_are_told_alike_whether_something_is_hidden_or_was_never_there(
    opened: Callable[[str], Service],
) -> None:
    told = []
    for name, hidden in (("with", True), ("without", False)):
        service = opened(name)
        commit(service, "public", [company(1, "ACME LTD")])
        commit(service, "case", [company(2, "DARK LTD")] if hidden else [], CASE)
        if hidden:
            dark, light = _two_sides(service)
            made = service.directory.judge(
                bytes.fromhex(dark),
                bytes.fromhex(light),
                "UNSURE",
                reader="local",  # type: ignore[arg-type]
            ).id
        else:
            commit(service, "case", [], CASE, digest="judged")
        told.append(
            [
                json.dumps(ask(service, MISTAKES, "outsider", a=a, b=b, j=made))
                for a, b in ((dark, light), (light, dark), (light, light))
            ]
        )
        service.close()
    assert told[0] == told[1]
    assert "There is no mention" in told[0][0]


def _two_sides(service: Service) -> tuple[str, str]:
    ids = ids_of(service)
    light = [mid for mid in ids if _sees(service, mid)]
    return next(mid for mid in ids if mid not in light), light[0]


def test_every_root_field_is_asked() -> None:
    assert {name for name, _ in _questions()} == set(root_fields())


def _questions() -> list[tuple[str, str]]:
    from tests.api.asking import questions

    return list(questions(["00" * 16, "01" * 16], ""))
