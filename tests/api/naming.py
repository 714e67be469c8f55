"""Small commits that give company 1 a name, and what it is called: for tests of what survives."""

from __future__ import annotations

from api.schema import execute
from api.service import Service
from graph.access import AccessLabel
from graph.directory import Staged
from tests.graph.batches import M, R, write_batch

NAMES = '{ company(number: "1") { caption } changes(since: 0, first: 1) { revision } }'


def commit(service: Service, name: str, source: str = "register", label: AccessLabel | None = None) -> int:
    """Commit a batch that gives company 1 a name; gives its revision."""
    revision = service.directory.ledger.head() + 1
    staged = service.settings.data.with_name(f"staged-{name}")
    key = "company_number:GB-COH/00000001"
    write_batch(
        staged, [R("company/1", "2026-01-01", (M("c", "Company", (key,), name),), timepoint=revision)]
    )
    batch = Staged(staged, source, label or AccessLabel(), "test", f"{name}.csv", name, {})
    return service.directory.commit(batch).revision


def seen(service: Service) -> tuple[str, int]:
    """What company 1 is called at the head, and the head."""
    data = execute(service, NAMES, {})["data"]
    return data["company"]["caption"], data["changes"]["revision"]
