"""Chat rooms: a guild to each district of companies with two channels, direct chats, bots, and a room of bots alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

from . import chat_texts, discord
from .addresses import postcode
from .care import Tally, dialled
from .chat_texts import Said
from .companies import identity
from .contacts import account, email, families_of, handle, landline, mobile
from .discord import Message, Room, User
from .flights import Leg, aircraft, fleet_size, legs_of
from .name_lists import NICKNAMES
from .parties import STORY_INDICES
from .people import SLOTS, Person, mistyped, person, shared_person
from .plan import Plan
from .seeds import CHAT, rng
from .truth import Truth

DISTRICT: Final = 200
"""Companies whose people meet in one guild, in a small world; more in one that would have above twenty guilds."""
EACH: Final = 5
"""Messages a member and channel, about."""
RENAMED: Final = 0.1
_SPOKEN: Final = {"Polish": "pl", "Romanian": "ro", "French": "fr", "Spanish": "es", "Portuguese": "pt", "German": "de",
                  "Turkish": "tr", "Ukrainian": "uk"}  # fmt: skip


class Chats:
    """Writes a guild's exports whenever a district is full; `lines` counts messages by file."""

    def __init__(self, plan: Plan, out: Path, truth: Truth, tally: Tally) -> None:
        self._plan, self._out, self._truth, self._tally = plan, out, truth, tally
        self._district: list[Person] = []
        self._size = max(DISTRICT, plan.companies // 20)
        self._said: list[tuple[Message, Said]] = []
        self.lines: dict[str, int] = {}

    def offer(self, index: int, people: list[Person]) -> None:
        """The people whose home is the company of an index; indices come in order."""
        self._district += [who for who in people if "chat" in families_of(self._plan, who.id)]
        if index % self._size == self._size - 1 or index == self._plan.companies - 1:
            self._write(index // self._size)
            self._district = []

    def _write(self, number: int) -> None:
        plan, draw = self._plan, rng(self._plan.seed, CHAT, number)
        members = [*self._district, *self._friends(draw, number)]
        if len(members) < 2:
            return
        users = {who.id: self._user(who, who.id // SLOTS // self._size == number) for who in members}
        bot = User(
            str(int(account(0)) + number * 4_096 + 1), "flightwatch", "FlightWatch", bot=True, roles=("bot",)
        )
        self._truth.add("discord", bot.id, "account", "Account", f"A{bot.id}")
        guild = (str((int(account(1)) + number) << 4), f"{_places(draw)} chat {number}")
        later = {key: _renamed(plan, person(plan.seed, key), user) for key, user in users.items()}
        span = (plan.end - plan.months[0]).days
        first, second = plan.months[0] + timedelta(days=span * 2 // 3), plan.end - timedelta(days=1)
        for place, (name, day, shown) in enumerate((("general", first, users), ("trade", second, later))):
            room = Room(
                str(int(guild[0]) + 2 + place), name, _topic(name), "GuildTextChat", *guild, "Text Channels"
            )
            self._talk(draw, room, members, shown, day, bot)
            self._export(room, day, number, f"g{number:05d}_{name}", old=(number + place) % 3 == 0)
        if number == 0:
            self._extras(draw, guild, members, users, second)
        for pair in range(min(3, len(members) // 2)):
            two = members[2 * pair : 2 * pair + 2]
            room = Room(
                str(int(guild[0]) + 10 + pair),
                ", ".join(later[who.id].name for who in two),
                None,
                "DirectTextChat",
            )
            self._talk(draw, room, two, later, second, None)
            self._export(room, second, number, f"dm{number:05d}_{pair}", old=False)

    def _friends(self, draw: Random, number: int) -> list[Person]:
        """People of earlier districts who are in this guild too."""
        found: dict[int, Person] = {}
        for _ in range(24 * self._size // DISTRICT if number else 0):
            known = shared_person(self._plan.seed, draw, number * self._size)
            told = known // SLOTS not in STORY_INDICES or not self._plan.story
            if told and "chat" in families_of(self._plan, known):
                found[known] = person(self._plan.seed, known)
        return list(found.values())

    def _extras(
        self, draw: Random, guild: tuple[str, str], members: list[Person], users: dict[int, User], day: date
    ) -> None:
        """A room in which nobody is somebody, and an export that was killed."""
        bots = [
            User(str(int(account(2)) + k), f"bot{k}", "", bot=True, discriminator=f"{1_000 + k}")
            for k in range(5)
        ]
        room = Room(str(int(guild[0]) + 6), "bot-spam", None, "GuildTextChat", *guild, "Text Channels")
        for k, sent in enumerate(_moments(draw, self._plan.months[0], day, 30)):
            text = (f"!rank {k}", "Level up! You are now level 4", "pong", "<:ok:1> 3 / 5")[k % 4]
            self._say(room, Message(bots[k % 5], sent, text), Said(text, ""))
        self._export(room, day, 0, "g00000_bot-spam", old=False)
        for bot in bots:
            self._truth.add("discord", bot.id, "account", "Account", f"A{bot.id}")
        room = Room(
            str(int(guild[0]) + 7), "random", "killed half-way", "GuildTextChat", *guild, "Text Channels"
        )
        self._talk(draw, room, members[:6], users, day, None)
        self._export(room, day, 0, "g00000_random", old=False, killed=True)

    def _user(self, who: Person, at_home: bool) -> User:
        """An account as it is shown; the truth is told where its holder is at home."""
        plan = self._plan
        draw = rng(plan.seed, CHAT, who.id, 1)
        made, shown = account(who.id), f"{who.forename} {who.surname}"
        state = (self._tally if at_home else Tally()).draw(draw, "chat", "nickname")
        if state == "missing":
            shown = ""
        elif state == "varied":
            short = NICKNAMES.get(who.forename, who.forename)
            shown = (
                short,
                f"{short} {who.surname[0]}.",
                f"{short} 🚀",
                f"{who.forename} {mistyped(draw, who.surname)}",
            )[int(draw.random() * 4)]
        if at_home:
            self._truth.add("discord", made, "account", "Account", f"A{made}")
        discriminator = f"{who.id % 9_000 + 1_000}" if draw.random() < 0.3 else "0000"
        return User(
            made, handle(plan, who), shown, False, ("admin",) if draw.random() < 0.05 else (), discriminator
        )

    def _talk(
        self,
        draw: Random,
        room: Room,
        members: list[Person],
        shown: dict[int, User],
        day: date,
        bot: User | None,
    ) -> None:
        moments = _moments(draw, self._plan.months[0], day, max(8, len(members) * EACH))
        fresh = set[int]()
        for sent in moments:
            if bot and draw.random() < 0.05:
                said = chat_texts.said(
                    "{flight} {date} is on time", "en", self._filler(draw, None, members, sent)
                )
                self._say(room, Message(bot, sent, ""), said)
                continue
            who = members[int(len(members) * draw.random() ** 1.4)]
            author = shown[who.id]
            if who.id not in fresh and draw.random() < 0.1 and room.guild_id != "0":
                self._say(room, Message(author, sent, "", "GuildMemberJoin"), Said("Joined the server.", ""))
                fresh.add(who.id)
                continue
            fresh.add(who.id)
            said = self._sentence(draw, who, members, sent)
            message = Message(author, sent, "", edited=draw.random() < 0.04)
            if room.messages and draw.random() < 0.18:
                before = room.messages[-1 - int(draw.random() * min(4, len(room.messages)))]
                message.kind, message.reply_to = "Reply", before.id
                message.mentions = (before.author,) if before.author.id != author.id else ()
            elif draw.random() < 0.06 and len(members) > 1:
                other = shown[members[int(draw.random() * len(members))].id]
                # The exporter writes the name where the raw text has <@id>.
                said = chat_texts.after(f"@{other.nickname or other.name} ", said)
                message.mentions = (other,)
            if draw.random() < 0.03:
                message.files = ("IMG_2041.jpg",)
            self._say(room, message, said)

    def _say(self, room: Room, message: Message, said: Said) -> None:
        message.content = said.text
        message.id = discord.snowflake(message.sent, len(room.messages) + int(room.id) % 1_000 * 1_000)
        room.messages.append(message)
        self._said.append((message, said))

    def _export(self, room: Room, day: date, number: int, name: str, old: bool, killed: bool = False) -> None:
        exported = datetime(day.year, day.month, day.day, 22, tzinfo=UTC)
        file = f"discord_{name}_{day:%Y%m%d}.json"
        # What a killed export lost was said, but nobody can read it.
        for message, said in self._said[: len(self._said) - killed]:
            self._truth.said(file, message.id, message.author.id, said)
        self._said = []
        discord.write(self._out / file, room, exported, number % 2, old, killed)
        self._truth.add("discord", room.id, "room", "ChatRoom", f"R{room.id}")
        self.lines[file] = len(room.messages) - killed

    def _sentence(self, draw: Random, who: Person, members: list[Person], sent: datetime) -> Said:
        roll = draw.random()
        fill = self._filler(draw, who, members, sent)
        if roll < 0.1:
            return chat_texts.said(draw.choice(chat_texts.OWN), "en", fill)
        if roll < 0.38:
            return chat_texts.said(draw.choice(chat_texts.NAMING), "en", fill)
        if roll < 0.5:
            return Said(draw.choice(chat_texts.NOTHING), "en")
        if roll < 0.58:
            return Said(draw.choice(chat_texts.SILENT), "")
        language = (
            _SPOKEN.get(who.nationality, "en") if draw.random() < 0.7 else draw.choice(list(chat_texts.TALK))
        )
        return Said(draw.choice(chat_texts.TALK[language]), language)

    def _filler(
        self, draw: Random, who: Person | None, members: list[Person], sent: datetime
    ) -> Callable[[str], tuple[str, str, str]]:
        plan = self._plan
        friend = members[int(draw.random() * len(members))]
        index = int(draw.random() * plan.companies)
        leg = _some_leg(plan, draw, sent.date())

        def fill(slot: str) -> tuple[str, str, str]:
            match slot:
                case "own_phone" if who:
                    return dialled(draw, mobile(who.id)), "phone", mobile(who.id)
                case "own_email" if who:
                    return email(plan, who), "email", email(plan, who)
                case "phone":
                    return dialled(draw, mobile(friend.id)), "phone", mobile(friend.id)
                case "landline":
                    number = landline(index)
                    return dialled(draw, number), "phone", number
                case "email":
                    return email(plan, friend), "email", email(plan, friend)
                case "handle" | "at_handle":
                    sign = "@" if slot == "at_handle" else ""
                    return sign + handle(plan, friend), "handle" if sign else "", handle(plan, friend)
                case "url":
                    return _url(draw, index)
                case "postcode":
                    code = postcode(draw, "IP", 9)
                    return code if draw.random() < 0.6 else code.lower().replace(" ", ""), "postcode", code
                case "company_number":
                    stated = identity(plan.seed, index, plan.months, plan.end).number
                    return stated, "company_number", stated
                case "vehicle":
                    mark = chat_texts.plate(draw)
                    return (
                        mark if draw.random() < 0.6 else mark.replace(" ", "").lower(),
                        "vehicle_registration",
                        mark,
                    )
                case "aircraft":
                    craft = leg.aircraft.registration
                    return craft if draw.random() < 0.8 else craft.lower(), "registration", craft
                case "flight":
                    iata, number = leg.aircraft.operator.iata, str(leg.number)
                    # A0103 would be a road.
                    gap = " " if draw.random() < 0.3 or iata == "A0" else ""
                    day = datetime.fromtimestamp(leg.due_out, UTC).date()
                    return f"{iata}{gap}{number}", "flight", f"{iata}{number} {day.isoformat()}"
                case "date":
                    day = datetime.fromtimestamp(leg.due_out, UTC).date()
                    return chat_texts.dated(draw, day, sent), "", ""
            raise AssertionError(f"no filler for {slot}")

        return fill


def website(company: int) -> str:
    """A company's page, without a scheme."""
    return f"www.c{company}.example"


def _url(draw: Random, company: int) -> tuple[str, str, str]:
    site = website(company)
    path = ("", "/contact", "/vans/for-sale")[int(draw.random() * 3)]
    scheme = ("https://", "http://", "")[int(draw.random() * 3)]
    return f"{scheme}{site}{path}", "url", f"{site.removeprefix('www.')}{path}"


def _renamed(plan: Plan, who: Person, user: User) -> User:
    """The account on the day of the later export: one in ten goes by another name."""
    if rng(plan.seed, CHAT, who.id, 2).random() >= RENAMED:
        return user
    return User(
        user.id, f"{user.name}_2", user.nickname and "the boss", user.bot, user.roles, user.discriminator
    )


def _moments(draw: Random, start: date, end: date, count: int) -> list[datetime]:
    base, seconds = datetime(start.year, start.month, start.day, tzinfo=UTC), (end - start).days * 86_400
    return [
        base + timedelta(milliseconds=ms)
        for ms in sorted({int(draw.random() * seconds * 1_000) for _ in range(count)})
    ]


@lru_cache(maxsize=4_096)
def _day(seed: int, index: int, day: date) -> tuple[Leg, ...]:
    return tuple(legs_of(seed, aircraft(seed, index), day))


def _some_leg(plan: Plan, draw: Random, sent: date) -> Leg:
    """A leg of the fleet within three days of a day, inside the run."""
    while True:
        day = sent + timedelta(days=int(draw.random() * 7) - 3)
        day = min(max(day, plan.months[0]), plan.end - timedelta(days=1))
        found = _day(plan.seed, int(draw.random() * fleet_size(plan)), day)
        if found:
            return found[int(draw.random() * len(found))]


def _places(draw: Random) -> str:
    return ("Harbour", "Dockside", "Mill Lane", "Northside", "Ring Road", "Old Town")[int(draw.random() * 6)]


def _topic(name: str) -> str | None:
    return "say what you sell and where" if name == "trade" else None
