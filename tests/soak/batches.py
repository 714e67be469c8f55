"""Batches whose wholeness shows: each writes its own revision into the names and addresses of all companies of a set.

Even revisions write the small set, odd ones the large. So a reader who sees two numbers within a set has seen half
a batch, and one who sees another number than the revision's has lost one.
"""

from __future__ import annotations

import json
from typing import Any, Final

from api.service import Service
from graph.access import AccessLabel
from graph.directory import Staged
from tests.graph.batches import L, M, R, write_batch

SMALL: Final = ("AMBER", "BIRCH", "CEDAR", "DAMSON", "ELDER")
LARGE: Final = 450
_SHOWN: Final = tuple(range(0, LARGE, LARGE // 10))
"""Companies of the large set that the question asks for."""


def written(name: str, revision: int) -> int:
    """The last revision up to one that wrote a set ("small" or "large"); 0 when none did."""
    return max(0, revision - revision % 2 if name == "small" else revision - (revision + 1) % 2)


def _number(name: str, n: int) -> str:
    return f"{(1 if name == 'small' else 2) * 1_000_000 + n:08d}"


def _caption(name: str, n: int, revision: int) -> str:
    return (
        f"{SMALL[n]} SPINNERS {revision} LTD"
        if name == "small"
        else f"{n or 'QUARTZ'} WEAVERS {revision} LTD"
    )


def _office(name: str, n: int, revision: int) -> str:
    return f"{n % 50} {name.upper()} ROW {revision}"


def _record(name: str, n: int, revision: int) -> R:
    office = _office(name, n, revision)
    return R(
        f"company/{name}/{n}", "2026-01-01",
        (
            M("company", "Company", (f"company_number:GB-COH/{_number(name, n)}",), _caption(name, n, revision)),
            M("office", "Address", (f"address:{office}",), office),
        ),
        (L("REGISTERED_AT", "company", "office", valid_from="2020-01-01"),),
        timepoint=revision,
    )  # fmt: skip


def commit(service: Service) -> int:
    """Commit the next revision's batch; gives that revision."""
    revision = service.directory.ledger.head() + 1
    name, size = ("small", len(SMALL)) if revision % 2 == 0 else ("large", LARGE)
    staged = service.settings.data.with_name(f"staged-{revision}")
    write_batch(staged, [_record(name, n, revision) for n in range(size)])
    return service.directory.commit(
        Staged(staged, "register", AccessLabel(), "test", f"{revision}.csv", str(revision), {})
    ).revision


def _asked() -> list[tuple[str, int]]:
    return [*(("small", n) for n in range(len(SMALL))), *(("large", n) for n in _SHOWN)]


def question() -> str:
    """One request whose parts must be of one revision: companies of both sets by number, by name and with links."""
    companies = " ".join(
        f'{name}{n}: company(number: "{_number(name, n)}") {{ caption entity {{ expand {{ links {{ target {{ caption }} }} }} }} }}'
        for name, n in _asked()
    )
    return f"""{{ now: search(text: "CEDAR SPINNERS", first: 1) {{ revision }} {companies}
      cedar: search(text: "CEDAR SPINNERS") {{ nodes {{ caption }} }}
      quartz: search(text: "QUARTZ WEAVERS", first: 1) {{ nodes {{ caption }} }} }}"""


def told(revision: int) -> dict[str, Any]:
    """The answer of a whole revision."""
    data: dict[str, Any] = {"now": {"revision": revision}}
    for name, n in _asked():
        at = written(name, revision)
        links = [{"target": {"caption": _office(name, n, at)}}]
        data[f"{name}{n}"] = (
            at
            and {
                "caption": _caption(name, n, at),
                "entity": {"expand": {"links": links}},
            }
        ) or None
    for word, name, n in (("cedar", "small", 2), ("quartz", "large", 0)):
        at = written(name, revision)
        data[word] = {"nodes": [{"caption": _caption(name, n, at)}] if at else []}
    return {"data": data}


def same(answer: dict[str, Any], revision: int) -> bool:
    """Whether an answer is that of a whole revision, byte for byte."""
    return json.dumps(answer) == json.dumps(told(revision))
