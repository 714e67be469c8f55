"""The story goes on where no register looks: a phone book, two chat users, a flight and a tea room tie a director to the shells.

A director who resigned had his successor in his phone book, with birth date and number. Whoever gives that number as
theirs in one chat meets, in another, the flight on the day after the takeover; somebody else was asked to fuel that
very flight, and elsewhere gives the number of a tea room at the airfield.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from . import discord, story, tiles, vcards
from .aircraft_register import Airframe, Owner
from .chat_texts import Said, said
from .contacts import Holding, account, mobile
from .discord import Message, Room, User
from .people import SLOTS, person
from .plan import Plan
from .saved_as import Saved
from .shops import CATEGORIES, Shop
from .truth import Truth
from .vcards import Birthday, Card

NEWCOMER_PHONE: Final = "+447700900961"
TEA_ROOM_PHONE: Final = "+441632960914"
NEWCOMER_USER: Final = "412345678901234561"
FUELLER_USER: Final = "412345678901234577"
FUELLER: Final = "P39999001"
TEA_ROOM: Final = "Hangar Four Tea Room"
TEA_ROOM_ID: Final = "qL7mHangar4TeaRoomEGSV"
_BYSTANDERS: Final = ("kettle_1", "dor1s", "ash.w", "tonka")
_LANGUAGE = "en"


def landing(plan: Plan) -> date:
    """The day of the flight that three files speak of: the one after the takeover."""
    return story.day(plan, "takeover") + timedelta(days=1)


def write(plan: Plan, out: Path, truth: Truth) -> dict[str, int]:
    """Write the story's book, rooms and map page; lines by file."""
    truth.holds(
        (
            Holding(story.NEWCOMER.true_id, "phone", NEWCOMER_PHONE),
            Holding(story.NEWCOMER.true_id, "account", NEWCOMER_USER),
            Holding(FUELLER, "account", FUELLER_USER),
        )
    )
    return {**_book(plan, out, truth), **_rooms(plan, out, truth), **_map(plan, out, truth)}


def airframes(plan: Plan) -> list[Airframe]:
    """The two aircraft of the story with who owns them: the holding, through a trust before, and a flying group."""
    shells = Owner("PELHAVEN MERIDIAN HOLDINGS LTD", "Company", "17000180")
    trust = Owner("Lenmore Trustees (Jersey) Limited", "Company", "X:Jersey:121337")
    return [
        Airframe(
            story.ICAO24,
            story.REGISTRATION,
            ("C25A", "CESSNA", "Cessna", "525A Citation CJ2+", "L2J"),
            "525A-0451",
            shells,
            story.day(plan, "charter"),
            trust,
            date(2021, 9, 14),
            operator=(story.OPERATOR, "CORVANE", "CVN"),
            previous="M-ABVN",
        ),
        Airframe(
            "40ab17",
            "G-DKWY",
            ("P28A", "PIPER", "Piper", "PA-28-161", "L1P"),
            "28-7716044",
            Owner("Old Mill Flying Group", "Organisation", "O:OMF"),
            date(2004, 5, 2),
        ),
    ]


def _book(plan: Plan, out: Path, truth: Truth) -> dict[str, int]:
    when = landing(plan) - timedelta(days=3)
    name = f"contacts_colin_{when:%Y%m%d}.vcf"
    who = story.NEWCOMER
    cards = [
        (
            Card(
                Saved(f"{who.forename} {who.surname}", who.surname, who.forename, nickname="Gaz"),
                "00000000000000000000000000000001",
                phones=[("CELL", "07700 900961")],
                born=Birthday(who.born),
                note="takes my chair in November",
            ),
            who.true_id,
        )
    ]
    for place, known in enumerate((70, 71, 72, 73)):
        other = person(plan.seed, known * SLOTS)
        shown = (
            f"{other.forename} {other.surname}",
            f"{other.forename} lorry",
            f"{other.surname} {other.forename}",
            "🚛🚛",
        )[place]
        cards.append(
            (
                Card(Saved(shown, "", shown), f"{place + 2:032d}", phones=[("CELL", mobile(other.id))]),
                other.true_id,
            )
        )
    with (out / name).open("w", encoding="utf-8", newline="") as file:
        for place, (card, true_id) in enumerate(cards, start=1):
            file.write(vcards.write(card, "3.0"))
            truth.add("vcard", f"{name}#{place}", "contact", "Person", true_id)
    truth.add("vcard", f"{name}#owner", "owner", "Person", story.LEAVER.true_id)
    truth.book(name, story.LEAVER)
    return {name: len(cards)}


def _rooms(plan: Plan, out: Path, truth: Truth) -> dict[str, int]:
    """Four rooms, so that only the two users tie what is said in one to what is said in another."""
    flight = f"CVN12 {landing(plan).isoformat()}"
    day = landing(plan)
    shown = f"{day.day} {day:%B} {day.year}"
    gaz = User(NEWCOMER_USER, "gaz_tir", "Gaz")
    mick = User(FUELLER_USER, "mick_avgas", "Mick")
    slots = {
        "phone": ("07700 900961", "phone", NEWCOMER_PHONE),
        "desk": ("01632 960914", "phone", TEA_ROOM_PHONE),
        "flight": ("CVN12", "flight", flight),
        "date": (shown, "", ""),
    }
    told = (
        ("freight-yard", "Freight yard", gaz, "new phone again lads, save it: {phone}", -20),
        ("trips", "Night shift", gaz, "collecting the owner off {flight} on {date}, back by noon", -2),
        ("apron", "Airfield crew", mick, "{flight} on {date} wants fuel and no questions", -1),
        (
            "for-sale",
            "Strip and hangars",
            mick,
            "two tables left for sunday, ring the tea room on {desk}",
            -9,
        ),
    )
    lines = {}
    for place, (name, guild, author, text, shift) in enumerate(told):
        first = 790_000_000_000_000_000 + place * 1_000
        room = Room(str(first + 1), name, None, "GuildTextChat", str(first), guild, "Text Channels")
        others = [
            User(account(30_500_000 + place * 4 + k), f"{bystander}{place}", "")
            for k, bystander in enumerate(_BYSTANDERS)
        ]
        sent = datetime(day.year, day.month, day.day, 17, 30, tzinfo=UTC) + timedelta(days=shift)
        talk = [
            (others[0], Said("anyone in tomorrow", _LANGUAGE)),
            (others[1], Said("not before ten", _LANGUAGE)),
            (author, said(text, _LANGUAGE, lambda slot: slots[slot])),
            (others[2], Said("👍", "")),
            (others[0], Said("see you then, bring biscuits", _LANGUAGE)),
        ]
        exported = landing(plan) + timedelta(days=5)
        file = f"discord_story_{name}_{exported:%Y%m%d}.json"
        for step, (user, what) in enumerate(talk):
            moment = sent + timedelta(minutes=7 * step, milliseconds=311)
            message = Message(user, moment, what.text, id=discord.snowflake(moment, place * 100 + step))
            if step == 3:
                message.kind, message.reply_to = "Reply", room.messages[-1].id
            room.messages.append(message)
            truth.said(file, message.id, user.id, what)
        for user in {user.id: user for user, _ in talk}.values():
            truth.add("discord", user.id, "account", "Account", f"A{user.id}")
        truth.add("discord", room.id, "room", "ChatRoom", f"R{room.id}")
        when = datetime(exported.year, exported.month, exported.day, 21, tzinfo=UTC)
        discord.write(out / file, room, when, 0, old=False)
        lines[file] = len(talk)
    return lines


def _map(plan: Plan, out: Path, truth: Truth) -> dict[str, int]:
    when = landing(plan) + timedelta(days=4)
    file = f"poi_old-buckenham_a_{when:%Y%m%d}.json"
    place = ("1", "Hangar Road"), "Old Buckenham", "England", "NR17 1ZZ"
    shops = [
        Shop("S:tea", TEA_ROOM_ID, TEA_ROOM_ID, TEA_ROOM, "+44 1632 960914", "www.hangarfour.example",
             CATEGORIES["Licensed restaurants"], *place, 52.49702, 1.05211),
        Shop("S:club", "GB/POI/p0/88120041", "", "Old Mill Flying Group", "", "", CATEGORIES[""], *place, 52.49702, 1.05211),
        Shop("S:pump", "GB/POI/p0/88120042", "", "Strip Fuels", "+(44)-(1632)-960917", "", CATEGORIES[""], *place, 52.4981, 1.0507),
    ]  # fmt: skip
    (out / file).write_bytes(tiles.page(shops))
    for one in shops:
        truth.add("listings", f"{file}#{one.id}", "listing", "Listing", one.true_id)
    return {file: len(shops)}


def facts(plan: Plan) -> dict[str, Any]:
    """What the path through all families leads over."""
    return {
        "company": "08816402",
        "director": story.NEWCOMER.true_id,
        "book": f"contacts_colin_{landing(plan) - timedelta(days=3):%Y%m%d}.vcf",
        "phone": NEWCOMER_PHONE,
        "user": NEWCOMER_USER,
        "flight": {"number": "CVN12", "day": landing(plan).isoformat()},
        "other_user": FUELLER_USER,
        "desk": TEA_ROOM_PHONE,
        "listing": {"name": TEA_ROOM, "id": TEA_ROOM_ID},
    }
