"""The rule "a watched entity gains a link": what is a creation, what an update, and what is neither."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.intake import Intake
from api.service import Service
from graph.access import AccessLabel
from graph.model import Revision
from graph.watches import Watch
from tests.analytics.alerts.oracle import Expected, World, expected
from tests.api.asking import CASE, READERS, commit, company, control, office
from tests.api.conftest import open_service
from tests.graph.batches import L, M, R

ALL = frozenset({0, 1})


@pytest.fixture
def service(tmp_path: Path) -> Any:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def watch(service: Service, *keys: str, owner: str = "", kinds: tuple[str, ...] = ()) -> Watch:
    return service.alerts.watches.add(owner, service.head(), keys=keys, link_kinds=kinds)


def told(service: Service, owner: str = "", after: int = 0) -> list[tuple[int, str, str]]:
    """(revision, change, kind) of an owner's alerts."""
    found = service.alerts.outbox.alerts(owner, ALL, 2**60, (after, "~"), 10_000)
    return [(each.revision, each.fired.change, each.fired.kind) for each in found]


COMPANY = "company_number:GB-COH/0000000{}"
PERSON = "ch_person:GB-COH/{}"


def test_a_new_link_of_a_watched_company_is_a_creation_and_the_same_record_again_nothing(
    service: Service,
) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    watch(service, COMPANY.format(1))
    commit(service, "controllers", [control(1, "Jo Smith")])
    commit(service, "controllers", [control(1, "Jo Smith", day="2026-02-01")])
    assert told(service) == [(2, "CREATED", "CONTROLS")]


def test_a_revision_that_only_ends_records_is_followed(service: Service, tmp_path: Path) -> None:
    """A phone book that lost a card: the links of the number that is left are put again, and no mention comes."""
    cards = [
        f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL:07911 333001\nEND:VCARD\n"
        for name in ("Ann Upd", "Bob Upd")
    ]
    watch(service, "phone:+447911333001")
    for number, held in enumerate((cards, cards[:1], [*cards[:1], cards[1].replace("Bob", "Cal")]), 1):
        path = tmp_path / str(number) / "contacts.vcf"
        path.parent.mkdir()
        path.write_text("".join(held), encoding="utf-8")
        intake = Intake("phones", owner="Joe +44 7911 000009", complete=True)
        assert [report["revision"] for report in service.ingest(path, intake)] == [number]
    assert [each[:2] for each in told(service)] == [(1, "CREATED"), (1, "CREATED"), (3, "CREATED")]


def test_an_identifier_that_nobody_has_named_yet_is_watched_until_somebody_does(service: Service) -> None:
    watch(service, COMPANY.format(7))
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "register", [company(7, "BETA LTD")])
    assert told(service) == [(2, "CREATED", "REGISTERED_AT")]


def test_a_registration_that_an_aircraft_only_states_is_watched_from_the_first_time_it_is(
    service: Service,
) -> None:
    mine, annas = (
        watch(service, "registration:G-KEST"),
        watch(service, "registration:G-KEST", owner="outsider"),
    )
    props = '{"registration": [["G-KEST", null]]}'
    owned = L("OWNED_BY", "aircraft", "owner")
    owner = M("owner", "Organisation", (), "KESTREL LEASING LIMITED")

    def register(address: str) -> list[Any]:
        aircraft = M("aircraft", "Aircraft", (f"icao24:{address}",), "G-KEST", props=props)
        return [R(address, "2026-01-01", (aircraft, owner), (owned,))]

    commit(service, "hidden", register("400abc"), label=CASE)
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "register 2", register("400abc"))
    assert [change for _, change, kind in told(service) if kind == "OWNED_BY"] == ["CREATED", "CREATED"]
    assert [(revision, kind) for revision, _, kind in told(service, "outsider")] == [(3, "OWNED_BY")]
    (bound,) = service.alerts.watches.of("")
    ((aircraft,),) = service.graph.by_identifier(service.view(service.scope(None)), ["icao24:400abc"])
    assert bound == replace(mine, mention=aircraft.id)
    assert watch(service, "registration:G-KEST").id == mine.id, "made again it is the same one"
    assert annas.id != mine.id


def test_a_restatement_by_another_record_is_an_update(service: Service) -> None:
    commit(service, "officers", [office(1, "Jo Smith", "12345678")])
    watch(service, PERSON.format("12345678"))
    again = office(1, "Jo Smith", "12345678")
    commit(service, "bulk officers", [replace(again, key="another/1")])
    assert told(service) == [(2, "UPDATED", "OFFICER_OF")]


def test_another_episode_is_an_update(service: Service) -> None:
    first = office(1, "Jo Smith", "12345678")
    commit(service, "officers", [first])
    watch(service, COMPANY.format(1))
    ended = tuple(replace(link, valid_to="2026-01-31") for link in first.links)
    commit(service, "officers", [replace(first, links=ended, day="2026-02-01")])
    assert told(service) == [(2, "UPDATED", "OFFICER_OF")]


def test_a_record_that_names_another_company_makes_a_new_link_to_that_one(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "BETA LTD")])
    first = control(1, "Jo Smith")
    commit(service, "controllers", [first])
    watch(service, COMPANY.format(2))
    other = tuple(replace(m, keys=(COMPANY.format(2),)) if m.slot == "company" else m for m in first.mentions)
    commit(service, "controllers", [replace(first, mentions=other, day="2026-02-01")])
    assert told(service) == [(3, "CREATED", "CONTROLS")]


def test_a_move_to_an_office_that_nobody_had_is_a_new_link(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD", "1 HIGH ST")])
    watch(service, COMPANY.format(1))
    commit(service, "register", [company(1, "ACME LTD", "2 LOW ST", "2026-02-01")])
    assert told(service) == [(2, "CREATED", "REGISTERED_AT")]


def test_links_that_a_judgement_brings_along_are_no_alerts_and_both_watches_then_tell_one(
    service: Service,
) -> None:
    commit(service, "officers", [office(1, "Jo Smith", "11111111"), office(2, "Joanna Smith", "22222222")])
    one, two = (watch(service, PERSON.format(key)) for key in ("11111111", "22222222"))
    view = service.view(service.scope(None))
    first, second = (
        found[0].id
        for found in service.graph.by_identifier(view, [PERSON.format("11111111"), PERSON.format("22222222")])
    )
    service.directory.judge(first, second, "SAME", reader="local")  # type: ignore[arg-type]
    assert told(service) == []
    commit(service, "officers", [office(3, "Jo Smith", "22222222")])
    found = service.alerts.outbox.alerts("", ALL, 99, (0, ""), 10)
    assert [(each.revision, each.fired.change, each.fired.watches) for each in found] == [
        (3, "CREATED", tuple(sorted((one.id, two.id))))
    ]


def test_a_record_that_bridges_two_watched_people_restates_what_the_other_had(service: Service) -> None:
    commit(service, "officers", [office(1, "Jo Smith", "11111111"), office(2, "Jo Smith", "22222222")])
    watch(service, PERSON.format("22222222"))
    both = (PERSON.format("11111111"), PERSON.format("22222222"))
    bridge = R(
        "bridge", "2026-01-02",
        (M("p", "Person", both, "Jo Smith"), M("c", "Company", (COMPANY.format(1),), authority=2),
         M("d", "Company", (COMPANY.format(3),), authority=2)),
        (L("OFFICER_OF", "p", "c"), L("OFFICER_OF", "p", "d")),
    )  # fmt: skip
    commit(service, "officers", [bridge])
    assert sorted(told(service)) == [(2, "CREATED", "OFFICER_OF"), (2, "UPDATED", "OFFICER_OF")]


def test_only_the_kinds_asked_for_and_only_while_it_stands(service: Service) -> None:
    made = watch(service, COMPANY.format(1), kinds=("CONTROLS",))
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "controllers", [control(1, "Jo Smith")])
    service.alerts.watches.end("", made.id, service.head())
    commit(service, "controllers", [control(1, "Jo Jones")])
    assert told(service) == [(2, "CREATED", "CONTROLS")]
    assert service.alerts.watches.of("") == []


def test_a_watch_made_twice_is_one(service: Service) -> None:
    assert watch(service, COMPANY.format(1)) == watch(service, COMPANY.format(1))
    assert watch(service, COMPANY.format(1), owner="outsider").id != watch(service, COMPANY.format(1)).id


def test_a_reader_is_told_only_of_what_it_sees(service: Service) -> None:
    watch(service, COMPANY.format(1), owner="outsider")
    watch(service, COMPANY.format(1))
    commit(service, "case", [control(1, "Jo Dark")], CASE)
    commit(service, "controllers", [control(1, "Jo Light")])
    assert told(service, "outsider") == [(2, "CREATED", "CONTROLS")]
    assert told(service) == [(1, "CREATED", "CONTROLS"), (2, "CREATED", "CONTROLS")]


def test_a_reader_who_is_gone_holds_up_nobody(service: Service) -> None:
    watch(service, COMPANY.format(1), owner="nobody")
    watch(service, COMPANY.format(1))
    commit(service, "controllers", [control(1, "Jo Smith")])
    assert told(service, "nobody") == []
    assert len(told(service)) == 1


def test_readers_that_cannot_be_read_let_alerts_lag_and_hold_up_no_commit(
    service: Service, tmp_path: Path
) -> None:
    watch(service, COMPANY.format(1), owner="outsider")
    readers = tmp_path / "data" / "readers.toml"
    readers.write_text("[outsider", encoding="utf-8")
    assert commit(service, "controllers", [control(1, "Jo Smith")]) == 1
    assert commit(service, "controllers", [control(1, "Jo Jones")]) == 2
    assert service.alerts.head() == 0
    assert any("not TOML" in problem for problem in service.check()["problems"])
    readers.write_text(READERS, encoding="utf-8")
    assert service.check()["ok"]
    assert [revision for revision, _, _ in told(service, "outsider")] == [1, 2]


@pytest.mark.parametrize("seed", range(6))
def test_alerts_are_those_that_the_whole_world_before_and_after_comes_to(tmp_path: Path, seed: int) -> None:
    service = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    chance = random.Random(seed)
    world = World(bytes.fromhex("ab" * 32), {"open": 0, "case": 1})
    owners = {"": ALL, "outsider": frozenset({0})}
    want: list[Expected] = []
    for revision in range(1, 25):
        _watch_something(service, chance)
        source = chance.choice(("open", "open", "case"))
        records = [_record(chance, revision) for _ in range(chance.randint(1, 4))]
        records = list({record.key: record for record in records}.values())
        before = world.copy()
        world.put(source, records, revision)
        commit(service, source, records, AccessLabel() if source == "open" else CASE)
        brought = {(source, record.key) for record in records}
        then, now = ({o: each.seen(seen) for o, seen in owners.items()} for each in (before, world))
        want += expected(then, now, revision, brought, service.alerts.watches.holding(revision))
    assert got(service, owners) == sorted(want)
    assert len(want) > 20
    assert {each.change for each in want} == {"CREATED", "UPDATED"}
    service.close()


def got(service: Service, owners: Any) -> list[Expected]:
    """All alerts kept, as the oracle says them."""
    return sorted(
        Expected(
            owner, alert.revision, f.kind, f.source, f.target, f.change, f.watches,
            tuple((tie.source, tie.target) for tie in f.ties),
        )
        for owner in owners
        for alert in service.alerts.outbox.alerts(owner, ALL, 2**60, (0, ""), 1_000_000)
        for f in [alert.fired]
    )  # fmt: skip


def _watch_something(service: Service, chance: random.Random) -> None:
    owner = chance.choice(("", "outsider"))
    watches = service.alerts.watches
    if chance.random() < 0.5:
        kinds = ("KNOWS",) if chance.random() < 0.3 else ()
        watches.add(owner, service.head(), keys=[f"k{chance.randrange(12)}"], link_kinds=kinds)
    elif chance.random() < 0.3 and (mine := watches.of(owner)):
        watches.end(owner, chance.choice(mine).id, service.head())
    elif service.head():
        view = service.view(service.scope(None if owner == "" else owner))
        found = service.graph.changes(view, Revision(0), limit=1000).changes
        standing = sorted({mid for each in found for mid in each.mids if each.put})
        standing = [row.mid for row in service.store.mentions(view, ids=standing)] if standing else []
        if standing:
            watches.add(owner, service.head(), mention=chance.choice(standing))  # type: ignore[arg-type]


def _record(chance: random.Random, revision: int) -> R:
    """Few records about few things, said again and again: keys are shared, and bridge; some mentions hold none."""
    slots = ("a", "b", "c")[: chance.randint(2, 3)]

    def keys() -> tuple[str, ...]:
        number = chance.choice((0, 1, 1, 1, 2) if chance.random() < 0.3 else (0, 1))
        return tuple(sorted({f"k{chance.randrange(12)}" for _ in range(number)}))

    mentions = tuple(M(slot, "Person", keys(), f"N{chance.randrange(3)}") for slot in slots)
    links = tuple(
        L(chance.choice(("KNOWS", "MET")), a, b, valid_from=chance.choice((None, "2020-01-01")))
        for a, b in [chance.sample(slots, 2) for _ in range(chance.randint(1, 2))]
    )
    put = chance.random() < 0.9
    day = f"2026-01-{revision:02d}"
    key = f"r{chance.randrange(10)}"
    return R(key, day, mentions if put else (), links if put else (), put)
