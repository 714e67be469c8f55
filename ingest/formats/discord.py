"""DiscordChatExporter JSON: one room's messages (formats.md 5.2), in the row form, streamed message by message.

Records: the room (key "<room>", locator its id), each message ("<room>/<message>", the message's id) and each name of
each user ("<room>/user/<user>/<name>…", the user's id). Ids are the platform's, the same in every export: rooms and
accounts are held together by them. An export that was killed keeps the messages that it holds whole, and says so.

The messages are read by ingest.json_values, which keeps of each what was written beside what it means.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from graph.errors import InvalidValue, Refused
from graph.values import clean
from ingest.describe import Description, Fields, properties_of
from ingest.format import Basis, Input, Reading, Sink
from ingest.helpers.discord_message import Messages, room_key
from ingest.helpers.discord_users import DELETED, PLATFORM, Users
from ingest.helpers.observed import observed, stated
from ingest.json_values import CUT, Element, json_values

_HEADS: Final = (b'"guild"', b'"channel"', b'"messages"')
_PROGRESS: Final = 2_000


class Discord:
    """Exports of Discord rooms and direct chats."""

    name = "discord"
    title = "DiscordChatExporter chat export (JSON)"
    platform = PLATFORM

    def sniff(self, head: bytes, name: str) -> bool:
        """By an object that begins with its guild, goes on with a channel and then holds messages, or was cut off before them."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        places = [start.find(part) for part in _HEADS]
        begins = start.startswith(b"{") and start[1:].lstrip().startswith(b'"guild"')
        if begins and places[-1] == -1 and places[1] > 0:
            return start.count(b"{") > start.count(b"}")
        return begins and -1 not in places and places == sorted(places)

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: exportedAt, else the day in the file's name, else the clock."""
        members: dict[str, Any] = {}
        elements = json_values(file.path, file.name)
        first, cut = None, False
        try:
            first = _until_messages(elements, members)
        except Refused as refused:
            if "channel" not in members or not _stops(file.path, refused):
                raise
            cut = True
        room, guild = _inside(members, "channel", file.name), _inside(members, "guild", file.name)
        identity = room.text("id")
        if identity is None:
            raise Refused(
                f"{file.name}: the export does not say which room it is of.", remedy="Export it again."
            )
        when, basis = _observed(file, members)
        out, users = Description(sink, when), Users()
        _describe_room(out, identity, room, guild, members)
        messages = Messages(out, identity, users)
        read, done = 0, 0
        try:
            for element in _messages(first, elements, members):
                read += 1
                _take(out, messages, element)
                done += len(element.raw)
                if not read % _PROGRESS:
                    sink.progress(done)
        except Refused as refused:
            # It began as an export; what was written before it stopped is as good as ever.
            if not _stops(file.path, refused):
                raise
            cut = True
        rejected = out.rejected
        users.describe(out, identity)
        out.flush()
        sink.progress(file.path.stat().st_size)
        out.leftovers.update(
            {name: 1 for name in members if name not in _KNOWN and members[name] not in (None, "", [], {})}
        )
        snapshot, notes = stated(file, rejected)
        if cut:
            snapshot = "NO"
            notes = (
                *notes,
                f"The export stops in the middle: its {read:,} whole messages are kept, the rest is lost.",
            )
        elif (counted := members.get("messageCount")) is not None and counted != read:
            snapshot = "NO"
            notes = (*notes, f"The export counts {counted:,} messages and holds {read:,}.")
        if DELETED in users.shown:
            notes = (
                *notes,
                "Accounts that Discord erased are one here, in this room: it tells them no more apart.",
            )
        if messages.unmet:
            notes = (*notes, f"Answers to messages that are not in the export: {messages.unmet:,}.")
        # Room and users are records of their own: what was read is what they and the messages come to.
        return Reading(
            out.kept + rejected, rejected, 0, basis, snapshot, "closed", out.leftovers, notes,
            covers=f"^{identity}(/|$)",
        )  # fmt: skip


_KNOWN: Final = frozenset({"guild", "channel", "dateRange", "exportedAt", "messages", "messageCount"})


def _until_messages(elements: Iterator[Element], members: dict[str, Any]) -> Element | None:
    """Reads what stands before the messages; the first of these, None when there is none."""
    for element in elements:
        if element.place is not None and element.member == "messages":
            return element
        if element.member is not None and element.place is None:
            members[element.member] = element.value
    return None


def _messages(
    first: Element | None, elements: Iterator[Element], members: dict[str, Any]
) -> Iterator[Element]:
    """Every message; what stands after them goes to members."""
    if first is not None:
        yield first
    for element in elements:
        if element.member == "messages" and element.place is not None:
            yield element
        elif element.member is not None:
            members[element.member] = element.value


def _take(out: Description, messages: Messages, element: Element) -> None:
    before = out.rec
    locator = f"message {(element.place or 0) + 1}"
    try:
        value = element.members("message")
        locator = str(value.get("id") or locator)
        messages.describe(Fields(value), element.raw)
    except InvalidValue as error:
        if out.rec > before:
            out.undo()
        shown = "" if error.value is None else str(error.value)[:200]
        out.reject(locator, error.type_name, shown, error.message, element.raw)


def _stops(path: Path, refused: Refused) -> bool:
    """Whether a file that could not be read to its end was cut off there."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096), os.SEEK_SET)
        tail = file.read().rstrip(b" \t\r\n\0")
    return not tail.endswith(b"}") or CUT in str(refused)


def _inside(members: dict[str, Any], name: str, file: str) -> Fields:
    value = members.get(name)
    if not isinstance(value, dict):
        raise Refused(f"{file}: the export has no {name} before its messages.", remedy="Export it again.")
    return Fields(dict(value))


def _observed(file: Input, members: dict[str, Any]) -> tuple[datetime, Basis]:
    exported = members.get("exportedAt")
    try:
        text = clean("instant", exported) if isinstance(exported, str) else None
    except InvalidValue:
        text = None
    if text and text.endswith("Z"):
        return datetime.fromisoformat(text).astimezone(UTC), "header"
    return observed(file)


def _describe_room(
    out: Description, identity: str, room: Fields, guild: Fields, members: dict[str, Any]
) -> None:
    raw = orjson.dumps({"guild": members["guild"], "channel": members["channel"]}).decode()
    out.record(identity, identity, raw)
    told = properties_of("ChatRoom")
    name, kind = told.add("name", room.text("name")), told.add("room_type", room.text("type"))
    topic, category, server = room.text("topic"), room.text("category"), guild.text("id")
    told.add("topic", topic)
    told.add("category", category)
    # A direct chat is in guild "0", which is none.
    own = guild.text("name") if server not in (None, "0") else None
    told.add("guild", own)
    told.add("guild_id", server if own else None)
    told.put("platform", PLATFORM)
    told.put("room_id", identity)
    guild.ignore("name", "iconUrl")
    room.ignore("categoryId", "iconUrl")
    caption = f"#{name} ({own})" if name and own else name or kind or identity
    out.mention(
        "room",
        "ChatRoom",
        authority=0,
        caption=caption,
        props=told,
        names=(name,),
        keys=(room_key(identity),),
    )
    out.leftovers.update(
        [f"channel.{left}" for left in room.leftovers()] + [f"guild.{left}" for left in guild.leftovers()]
    )


FORMAT = Discord()
