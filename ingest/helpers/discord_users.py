"""The users that an export of a Discord room shows: a record for each name that one went by, when its end is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import orjson

from graph.errors import InvalidValue
from graph.values import handle
from ingest.describe import Description, Fields, properties_of

PLATFORM = "discord"


DELETED = "456226577798135808"
"""The id that Discord puts in place of every account whose data it has erased: many people's."""


def account_key(user: str, room: str) -> str:
    """The key of an account; of those erased, a room's own, so that nobody of one room meets those of another in it."""
    return f"discord_user:{user}/{room}" if user == DELETED else f"discord_user:{user}"


@dataclass(slots=True)
class Seen:
    """One user under one name: from its first message to its last, None where it wrote none."""

    user: str
    name: str
    discriminator: str
    nickname: str
    bot: bool
    roles: dict[str, None] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None


class Users:
    """All users met so far, by id and name: as many as the room has, however many messages."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str, str], Seen] = {}
        self.shown: dict[str, str] = {}
        """What each user is shown as where a message names it, by id; the last name met."""

    def met(self, user: Fields, sent: datetime | None) -> str:
        """The id of a user that a message shows, who wrote it when `sent` is given; InvalidValue without an id."""
        identity = user.text("id")
        if identity is None:
            raise InvalidValue("author.id", None, "there: without it nobody is named")
        name, discriminator, nickname = (user.text(n) or "" for n in ("name", "discriminator", "nickname"))
        key = (identity, name, discriminator, nickname)
        self.shown[identity] = nickname or name
        bot = user.take("isBot") is True
        # How the account is painted.
        user.ignore("color", "avatarUrl")
        roles = [text for role in user.each("roles") if (text := _role(role))]
        seen = self._seen.get(key)
        if seen is None:
            seen = self._seen[key] = Seen(identity, name, discriminator, nickname, bot)
        seen.roles |= dict.fromkeys(roles)
        if sent is not None:
            seen.first = min(seen.first or sent, sent)
            seen.last = max(seen.last or sent, sent)
        return identity

    def describe(self, out: Description, room: str) -> None:
        """A record for each name of each user. An export shows whom it shows under the name of its own day; where it
        shows several, each holds from its first message on, to its last if another came later."""
        firsts: dict[str, list[datetime]] = {}
        for seen in self._seen.values():
            if seen.first is not None:
                firsts.setdefault(seen.user, []).append(seen.first)
        for (identity, *_), seen in sorted(self._seen.items()):
            others = [first for first in firsts.get(identity, ()) if seen.first and first != seen.first]
            begun = seen.first if any(seen.first and first < seen.first for first in others) else None
            ended = seen.last if any(seen.first and first > seen.first for first in others) else None
            _describe(out, room, seen, _text(begun), _text(ended))


def _role(role: Fields) -> str | None:
    role.ignore("id", "color", "position")
    return role.text("name")


def _describe(out: Description, room: str, seen: Seen, since: str | None, until: str | None) -> None:
    told = {
        "id": seen.user, "name": seen.name, "discriminator": seen.discriminator, "nickname": seen.nickname,
        "isBot": seen.bot, "roles": list(seen.roles), "since": since, "until": until,
    }  # fmt: skip
    key = f"{room}/user/{seen.user}/{seen.name}#{seen.discriminator}/{seen.nickname}"
    out.record(key, seen.user, orjson.dumps(told).decode())
    account = properties_of("Account")
    name = account.add("name", seen.name or None)
    nickname = account.add("nickname", seen.nickname if seen.nickname not in ("", seen.name) else None)
    account.add("handle", seen.name or None)
    account.put("platform", PLATFORM)
    account.put("account_id", seen.user)
    # Since 2023 names are the platform's own, and the number after them is zero.
    account.add("discriminator", seen.discriminator if seen.discriminator.strip("0") else None)
    account.put("bot", "true" if seen.bot else "false")
    for role in seen.roles:
        account.add("role", role)
    shown = nickname or name or ""
    out.mention(
        "account", "Account", authority=0, caption=shown, props=account, names=(name, nickname),
        keys=(account_key(seen.user, room),), valid_from=since, valid_to=until,
    )  # fmt: skip
    if value := handle.key(PLATFORM, seen.name):
        found = properties_of("Handle")
        found.add("handle", seen.name)
        found.put("platform", PLATFORM)
        out.mention(
            "handle",
            "Handle",
            authority=1,
            caption=value,
            props=found,
            names=(seen.name,),
            keys=(f"handle:{value}",),
        )
        out.link("HAS_HANDLE", "account", "handle", valid_from=since, valid_to=until)


def _text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat().replace("+00:00", "Z")
