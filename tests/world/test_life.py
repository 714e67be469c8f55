"""Phone books, chats, listings and owners are of the same people, in the real formats, and as careless as they should be."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from tests.world import generate
from tests.world.aircraft_register import NEW, OLD
from tests.world.contacts import SWITCHBOARD, TAXI, landline, mobile
from tests.world.plan import FAMILIES
from tests.world.readers import CardLines, aircraft, cards, officers, truth
from tests.world.test_world import digests, share

FAMILY = {"register": "companies-house", "officers": "companies-house", "psc": "companies-house"} | {
    "stream": "companies-house", "vcard": "device", "aircraft": "flights", "discord": "chat", "listings": "listings",
}  # fmt: skip


def number(text: str) -> str:
    parsed = phonenumbers.parse(text.removeprefix("tel:"), "GB")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def books(world: Path) -> dict[str, list[CardLines]]:
    return {path.name: cards(path) for path in sorted(world.glob("book_*.vcf"))}


def persons(world: Path) -> list[tuple[str, CardLines]]:
    """(true id, card) of every card that is somebody."""
    held = books(world)
    rows = [
        row
        for row in truth(world / "truth/records.csv")
        if row["family"] == "vcard" and row["slot"] == "contact"
    ]
    keyed = [(row, *row["key"].split("#")) for row in rows if row["kind"] == "Person"]
    return [
        (row["true_id"], held[file][int(place) - 1]) for row, file, place in keyed if row["true_id"][0] == "P"
    ]


def holdings(world: Path, kind: str) -> dict[str, set[str]]:
    """True ids by value."""
    found = defaultdict(set)
    for row in truth(world / "truth/holdings.csv"):
        if row["kind"] == kind:
            found[row["value"]].add(row["true_id"])
    return found


def exports(world: Path) -> dict[str, Any]:
    """Chat exports by name; a killed one is cut back to its whole messages."""
    found = {}
    for path in sorted(world.glob("discord_*.json")):
        text = path.read_text(encoding="utf-8")
        if '"messageCount"' not in text:
            text = text[: text.rindex("    },\n    {\n") + 5] + "]}"
        found[path.name] = json.loads(text)
    return found


def listed(world: Path) -> list[tuple[str, dict[str, Any]]]:
    pages = [(path.name, json.loads(path.read_bytes())) for path in sorted(world.glob("poi_*.json"))]
    return [(name, result) for name, page in pages for result in page["results"]]


def test_registers_are_the_same_bytes_when_no_family_is_asked_for(town: Path, alive: Path) -> None:
    plain, grown = digests(town), digests(alive)
    assert not {name for name in plain if name.endswith((".vcf", ".part"))}
    assert {name for name in grown if name not in plain and "/" not in name}
    # The register itself has no people: traps change none of its rows.
    assert (
        plain["BasicCompanyDataAsOneFile-2026-09-01.csv"] == grown["BasicCompanyDataAsOneFile-2026-09-01.csv"]
    )


def test_equal_arguments_give_equal_bytes_in_every_family(tmp_path: Path) -> None:
    one, two = (generate(tmp_path / name, 300, seed=3, families=FAMILIES).out for name in "ab")
    assert digests(one) == digests(two)
    assert not list(one.glob(".*"))


def test_an_unknown_family_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"families has \['telegram'\]; there are aircraft, chat, device, listings"
    ):
        generate(tmp_path, 200, families=["telegram"])


def test_a_tenth_of_the_people_are_in_three_families_or_more(alive: Path) -> None:
    found = defaultdict(set)
    accounts = {value: next(iter(who)) for value, who in holdings(alive, "account").items()}
    for row in truth(alive / "truth/records.csv"):
        who = accounts.get(row["key"]) if row["family"] == "discord" else row["true_id"]
        if who and who[0] == "P":
            found[who].add(FAMILY[row["family"]])
    assert len(found) > 2_000
    assert share(len(families) >= 3 for families in found.values()) == pytest.approx(0.10, abs=0.015)


def test_a_fifth_of_all_values_is_missing_and_a_seventh_has_a_slip_or_a_variant(alive: Path) -> None:
    counts: Counter[str] = Counter()
    with (alive / "truth/care.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["family"], row["field"]) != ("listings", "name"):
                counts[row["state"]] += int(row["count"])
    total = counts.total()
    assert total > 3_000
    assert counts["missing"] / total == pytest.approx(0.20, abs=0.015)
    assert counts["varied"] / total == pytest.approx(0.15, abs=0.015)


def test_the_cards_themselves_are_as_careless_as_the_tally_says(alive: Path) -> None:
    theirs = holdings(alive, "email")
    shown = [(who, card.one("EMAIL")) for who, card in persons(alive) if int(who[1:]) < 30_000_000]
    assert share(not address for _, address in shown) == pytest.approx(0.20, abs=0.04)
    assert share(bool(address) and who not in theirs[address] for who, address in shown) == pytest.approx(
        0.15, abs=0.04
    )


def test_every_dialect_of_vcard_is_written_and_means_the_same(alive: Path) -> None:
    held = books(alive)
    assert {card.version for book in held.values() for card in book} == {"2.1", "3.0", "4.0"}
    texts = [path.read_bytes() for path in alive.glob("book_*.vcf")]
    marks = (b"ENCODING=QUOTED-PRINTABLE:=", b";waid=44", b"X-ABLabel:_$!<Work>!$_", b"BDAY:--", b"KIND:group",
             b"X-APPLE-OMIT-YEAR=1604", b"X-ANDROID-CUSTOM", b"PHOTO;ENCODING=BASE64;JPEG:", b"TEL;VALUE=uri;TYPE=")  # fmt: skip
    for mark in marks:
        assert any(mark in text for text in texts), mark
    assert all(b"\r\n" in text and b"\n" not in text.replace(b"\r\n", b"") for text in texts)
    assert max(len(line) for text in texts for line in text.split(b"\r\n")) <= 77 or any(
        b"VERSION:2.1" in t for t in texts
    )


def test_most_cards_hold_the_number_that_is_their_persons(alive: Path) -> None:
    theirs = holdings(alive, "phone")
    right = [
        any(who in theirs[number(text)] or number(text) == mobile(int(who[1:])) for text in card.all("TEL"))
        for who, card in persons(alive)
        if card.all("TEL")
    ]
    assert share(right) > 0.78


def test_all_numbers_are_possible_and_no_two_people_have_one_now(alive: Path) -> None:
    numbers = {number(text) for _, card in persons(alive) for text in card.all("TEL")}
    assert len(numbers) > 500
    for each in numbers | {landline(company) for company in range(0, 1_000_000, 9_973)}:
        assert phonenumbers.is_possible_number(phonenumbers.parse(each))
    ids = [
        *range(0, 8_000_000, 613),
        *range(9_000_000, 13_000_000, 4_999),
        *range(30_000_000, 30_400_000, 97),
    ]
    assert len({mobile(each) for each in ids}) == len(ids)


def test_names_in_books_are_short_inverted_pictures_or_none(alive: Path) -> None:
    shown = [card.one("FN") for _, card in persons(alive)]
    assert any(not name for name in shown)
    assert any("🚗" in name or "🔥" in name for name in shown)
    assert any("," in name for name in shown)
    assert any(name.islower() for name in shown)
    assert any(name.split()[-1:] in (["plumber"], ["garage"], ["gym"]) for name in shown)


def test_one_switchboard_and_one_taxi_are_in_many_books(alive: Path) -> None:
    held = books(alive)
    taxi = {
        name
        for name, book in held.items()
        for card in book
        for text in card.all("TEL")
        if number(text) == TAXI
    }
    desk = [who for who, card in persons(alive) for text in card.all("TEL") if number(text) == SWITCHBOARD]
    assert len(taxi) / len(held) == pytest.approx(0.6, abs=0.15)
    assert len(set(desk)) > 50


def test_traps_are_different_people_who_look_alike(alive: Path) -> None:
    planted = defaultdict(list)
    for row in truth(alive / "truth/traps.csv"):
        planted[row["trap"], row["kind"]].append(row["true_id"])
    assert Counter(kind for _, kind in planted) == {
        "twins": 8,
        "father and son": 8,
        "namesakes at one address": 8,
    }
    assert all(len(set(two)) == 2 for two in planted.values())
    keys = {
        row["key"]: row["true_id"]
        for row in truth(alive / "truth/records.csv")
        if row["family"] == "officers"
    }
    lines = {}
    for record in officers(alive / "Prod195_4260_20260901.dat"):
        who = keys.get(f"{record.number}/{getattr(record, 'person_number', '')}", "")
        if who:
            lines[who] = record
    for (_, kind), two in planted.items():
        one, other = (lines[who] for who in two)
        assert (one.fields[2], one.postcode) == (other.fields[2], other.postcode)
        assert one.person_number[:8] != other.person_number[:8]
        same = (one.fields[1] == other.fields[1], one.born == other.born)
        assert same == {"twins": (False, True)}.get(kind, (True, False))


def test_planted_texts_stand_where_the_truth_says(alive: Path) -> None:
    content = {m["id"]: m["content"] for body in exports(alive).values() for m in body["messages"]}
    planted = truth(alive / "truth/planted.csv")
    kinds = Counter(row["kind"] for row in planted)
    assert set(kinds) == {"phone", "email", "handle", "url", "postcode", "company_number", "vehicle_registration",
                          "registration", "flight"}  # fmt: skip
    for row in planted:
        assert content[row["message"]][int(row["start"]) : int(row["end"])] == row["written"]
        if row["kind"] == "phone":
            assert number(row["written"]) == row["value"]
    flown = {(row["registration"], row["due_out"]) for row in truth(alive / "truth/legs.csv")}
    assert {row["value"] for row in planted if row["kind"] == "registration"} <= {craft for craft, _ in flown}


def test_every_whole_message_has_its_author_and_language(alive: Path) -> None:
    written = {m["id"]: m["author"]["id"] for body in exports(alive).values() for m in body["messages"]}
    told = {row["message"]: row["author"] for row in truth(alive / "truth/messages.csv")}
    assert told == written
    languages = Counter(row["language"] for row in truth(alive / "truth/messages.csv"))
    assert {"en", "pl", "ro", "fr", "es", "pt", "de", "tr", "uk", ""} == set(languages)


def test_chats_hold_replies_mentions_renames_bots_and_a_killed_export(alive: Path) -> None:
    held = exports(alive)
    ids = {m["id"] for body in held.values() for m in body["messages"]}
    names = defaultdict(set)
    replies = [m for body in held.values() for m in body["messages"] if m["type"] == "Reply"]
    for body in held.values():
        shown = {m["author"]["id"]: m["author"]["name"] for m in body["messages"]}
        assert all(shown[m["author"]["id"]] == m["author"]["name"] for m in body["messages"])
        for who, name in shown.items():
            names[who].add(name)
    assert any(len(each) == 2 for each in names.values())
    assert replies
    assert all(m["reference"]["messageId"] in ids for m in replies)
    assert all(m["author"]["isBot"] for m in held["discord_g00000_bot-spam_20260920.json"]["messages"])
    assert {body["channel"]["type"] for body in held.values()} == {"GuildTextChat", "DirectTextChat"}
    killed = (alive / "discord_g00000_random_20260920.json").read_text(encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        json.loads(killed)
    for each in ids:
        assert 1_756_684_800_000 <= (int(each) >> 22) + 1_420_070_400_000 < 1_800_000_000_000


def test_tiles_overlap_and_one_is_capped(alive: Path) -> None:
    pages = {path.name: json.loads(path.read_bytes()) for path in alive.glob("poi_*.json")}
    capped = {name for name, page in pages.items() if page["summary"]["totalResults"] >= 100}
    assert {name.split("_")[1] for name in capped} == {"london"}
    assert "poi_london_a_20260911.json" in capped
    where = defaultdict(set)
    for row in truth(alive / "truth/records.csv"):
        if row["family"] == "listings":
            where[row["true_id"]].add(row["key"])
    assert any(len(keys) >= 3 for keys in where.values())
    renamed = [keys for keys in where.values() if len({key.partition("#")[2] for key in keys}) == 2]
    assert renamed, "a place has another id in the map's next release"


def test_two_listings_stand_at_one_point(alive: Path) -> None:
    at = defaultdict(set)
    for _, result in listed(alive):
        at[result["position"]["lat"], result["position"]["lon"]].add(result["poi"]["name"])
    assert any(len(names) == 2 for names in at.values())


def test_the_aircraft_register_comes_in_both_generations_with_episodes(alive: Path) -> None:
    new = aircraft(alive / "aircraft-database-complete-2026-09.csv")
    old = aircraft(alive / "aircraftDatabase-2022-06.csv")
    assert tuple(new[0]) == NEW
    assert tuple(old[0]) == OLD
    now = {row["icao24"]: row for row in new}
    assert {"000000", "000023"} <= set(now)
    assert len(now) == len(new)
    for row in old:
        assert row["registered"] < now[row["icao24"]]["registered"]
        assert row["reguntil"] in ("", now[row["icao24"]]["registered"])
    flown = {row["icao24"]: row["registration"] for row in truth(alive / "truth/legs.csv")}
    assert {craft: now[craft]["registration"] for craft in flown} == flown
    owned = {
        row["true_id"]
        for row in truth(alive / "truth/records.csv")
        if row["slot"] == "owner" and row["family"] == "aircraft"
    }
    assert any(who[0] == "P" for who in owned)
    assert any(who[0] != "P" for who in owned)


def test_a_telephone_moves_with_a_date(alive: Path) -> None:
    spans = defaultdict(list)
    for row in truth(alive / "truth/holdings.csv"):
        if row["kind"] == "phone" and row["true_id"][0] == "P":
            spans[row["true_id"]].append((row["since"], row["until"]))
    moved = [sorted(each) for each in spans.values() if len(each) == 2]
    assert moved
    assert all(before == ("", after[0]) and not after[1] for before, after in moved)
