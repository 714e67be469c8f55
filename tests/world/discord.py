"""Chat exports in the shape of DiscordChatExporter's JSON: users, rooms, messages, replies and mentions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import orjson

EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class User:
    """An account as one export shows it: the name of the day of the export stands at all its messages."""

    id: str
    name: str
    nickname: str
    bot: bool = False
    roles: tuple[str, ...] = ()
    discriminator: str = "0000"


@dataclass(slots=True)
class Message:
    """One message; `reply_to` is another's id, `sent` whole milliseconds in UTC."""

    author: User
    sent: datetime
    content: str
    kind: str = "Default"
    reply_to: str = ""
    mentions: tuple[User, ...] = ()
    edited: bool = False
    files: tuple[str, ...] = ()
    id: str = ""


@dataclass(slots=True)
class Room:
    """One channel of a guild, or a direct chat."""

    id: str
    name: str
    topic: str | None = None
    kind: str = "GuildTextChat"
    guild_id: str = "0"
    guild: str = "Direct Messages"
    category: str = "Private"
    messages: list[Message] = field(default_factory=list)


def snowflake(moment: datetime, serial: int) -> str:
    """An id that holds its time."""
    ms = int((moment - EPOCH) / timedelta(milliseconds=1))
    return str((ms << 22) | (serial & 0x3FFFFF))


def write(path: Path, room: Room, exported: datetime, hours: int, old: bool, killed: bool = False) -> None:
    """Write an export made at a time with an offset of so many hours; `old` lacks the later members, `killed` its end."""
    zone = timezone(timedelta(hours=hours))
    body: dict[str, Any] = {
        "guild": {"id": room.guild_id, "name": room.guild, "iconUrl": "https://cdn.example/icons/0.png"},
        "channel": {
            "id": room.id,
            "type": room.kind,
            "categoryId": str(int(room.id) - 1) if room.guild_id != "0" else None,
            "category": room.category,
            "name": room.name,
            "topic": room.topic,
        },
        "dateRange": {"after": None, "before": None},
    }
    if not old:
        body["exportedAt"] = _stamp(exported, zone, 7)
    body["messages"] = [_message(message, room, zone, old) for message in room.messages]
    body["messageCount"] = len(room.messages)
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    if killed:
        # In the middle of the last message, as a full disk leaves it.
        text = text[: text.rindex(b'"content"') + 14]
    path.write_bytes(text)


def _message(message: Message, room: Room, zone: timezone, old: bool) -> dict[str, Any]:
    digits = 3 if old else 7 if message.sent.microsecond else 0
    later = message.sent + timedelta(minutes=4)
    made: dict[str, Any] = {
        "id": message.id,
        "type": message.kind,
        "timestamp": _stamp(message.sent, zone, digits),
        "timestampEdited": _stamp(later, zone, digits) if message.edited else None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": message.content,
        "author": _user(message.author, old),
        "attachments": [
            {
                "id": str(int(message.id) + 1),
                "url": f"https://cdn.example/{name}",
                "fileName": name,
                "fileSizeBytes": 48_211,
            }
            for name in message.files
        ],
        **({} if old else {"components": []}),
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [_user(user, old) for user in message.mentions],
        **({} if old else {"inlineEmojis": []}),
    }
    if message.reply_to:
        made["reference"] = {
            **({} if old else {"type": "Default"}),
            "messageId": message.reply_to,
            "channelId": room.id,
            "guildId": room.guild_id if room.guild_id != "0" else None,
        }
    return made


def _user(user: User, old: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": user.id,
        "name": user.name,
        "discriminator": user.discriminator,
        "nickname": user.nickname or user.name,
        "color": None,
        "isBot": user.bot,
    }
    if not old:
        made["roles"] = [
            {"id": str(7_000 + place), "name": role, "color": "#992D22", "position": place + 1}
            for place, role in enumerate(user.roles)
        ]
    return made | {"avatarUrl": f"https://cdn.example/avatars/{int(user.id) % 6}.png"}


def _stamp(moment: datetime, zone: timezone, digits: int) -> str:
    local = moment.astimezone(zone)
    part = f".{local.microsecond:06d}0"[: digits + 1] if digits else ""
    return f"{local:%Y-%m-%dT%H:%M:%S}{part}{local:%z}"[:-2] + ":00"
