"""A flight that somebody names by number and day is the leg that leaves on that day, whichever of the two comes first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.asking import commit, data
from tests.api.conftest import open_service
from tests.graph.batches import M, R


def named(number: str, day: str, name: str = "flight_number") -> R:
    props = json.dumps({name: [[number, None]], "day": [[day, None]]})
    flight = M("text@0", "Flight", (), f"{number} {day}", props=props, derived_by="flights 1")
    return R(
        f"message/{number}/{day}", "2026-10-28", (M("author", "Account", ("discord_user:7",), "Mick"), flight)
    )


def leg(key: str, *, number: str = "", callsign: str = "", **times: str) -> R:
    """A leg with the facets that feeds give it: its number and callsign, and the day that it is known by."""
    told = {"flight_number": number, "callsign": callsign, **times}
    props = json.dumps({name: [[value, None]] for name, value in told.items() if value})
    day = (times.get("scheduled_departure") or next(iter(times.values())))[:10]
    facets = (*(f"number:{value}" for value in (number, callsign) if value), f"day:{day}")
    return R(
        f"flight/{key}",
        "2026-10-24",
        (M("flight", "Flight", (), f"{callsign or number} leg", facets, props=props),),
    )


ASK = '{ search(text: "CVN12 2026-10-23", kinds: [Flight], first: 1) { nodes { mentionCount decisions { by verdict strength reason } } } }'


@pytest.mark.parametrize("first", ["leg", "name"])
@pytest.mark.parametrize(
    ("flown", "same"),
    [
        (leg("1", number="CVN12", scheduled_departure="2026-10-23T09:10:00Z"), True),
        (leg("1", callsign="CVN12", departed="2026-10-23T09:14:00Z"), True),
        (leg("1", callsign="CVN12", first_seen="2026-10-23T09:20:00Z"), True),
        # Seen in the small hours it may be the day before's, but a schedule says when it was due.
        (leg("1", callsign="CVN12", first_seen="2026-10-23T01:20:00Z"), False),
        (leg("1", number="CVN12", scheduled_departure="2026-10-22T23:30:00Z", first_seen="2026-10-23T01:20:00Z"), False),
        (leg("1", number="CVN12", scheduled_arrival="2026-10-23T10:15:00Z"), False),
        (leg("1", number="CVN13", scheduled_departure="2026-10-23T12:15:00Z"), False),
        (leg("1", number="CVN12", scheduled_departure="2026-10-24T09:10:00Z"), False),
    ],
)  # fmt: skip
def test_number_and_day_of_departure_say_which_leg_is_meant(
    tmp_path: Path, first: str, flown: R, same: bool
) -> None:
    service = open_service(tmp_path / "data")
    for what in ("leg", "name") if first == "leg" else ("name", "leg"):
        commit(service, what, [flown] if what == "leg" else [named("CVN12", "2026-10-23")])
    (found,) = data(service, ASK)["search"]["nodes"]
    assert found["mentionCount"] == (2 if same else 1)
    if same:
        (decision,) = found["decisions"]
        assert (decision["by"], decision["verdict"], decision["strength"]) == (
            "named-flights-1",
            "SAME",
            12.0,
        )
        assert sum(reason["bits"] for reason in decision["reason"]) == 12.0
        assert [reason["name"] for reason in decision["reason"]] == ["number and day"]
    service.close()


def test_a_call_sign_with_letters_behind_names_its_leg(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    commit(service, "leg", [leg("1", callsign="EZY82AB", departed="2026-10-23T09:14:00Z")])
    commit(service, "name", [named("EZY82AB", "2026-10-23", "callsign")])
    (found,) = data(service, ASK.replace("CVN12", "EZY82AB"))["search"]["nodes"]
    assert found["mentionCount"] == 2
    service.close()


def test_two_who_name_one_flight_meet_in_its_leg_and_not_without_one(tmp_path: Path) -> None:
    service = open_service(tmp_path / "data")
    commit(service, "chat", [named("CVN12", "2026-10-23")])
    commit(service, "other chat", [named("CVN12", "2026-10-23")])
    assert [node["mentionCount"] for node in data(service, ASK)["search"]["nodes"]] == [1]
    commit(service, "board", [leg("1", number="CVN12", scheduled_departure="2026-10-23T09:10:00Z")])
    (found,) = data(service, ASK)["search"]["nodes"]
    assert (found["mentionCount"], len(found["decisions"])) == (3, 2)
    service.close()
