"""One Discord message: who wrote it where, in answer to whom, whom it names, who put a sign to it, and its words.

A message's accounts and room are bare references, held together by their ids with what the same export says of them
(discord_users.py, and the room's own record).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from graph.errors import InvalidValue
from graph.values import clean
from ingest.describe import Description, Fields
from ingest.helpers.discord_users import Users, account_key

REMEMBERED: Final = 1 << 17
"""Messages whose author is remembered for answers to them: bounded memory in a room of any size."""

WRITTEN: Final = frozenset({"Default", "Reply"})
"""Types of messages that somebody wrote; of others the text is the platform's, and the type their role."""

_JOINS: Final = {"GuildMemberJoin": "author", "RecipientAdd": "mention1"}
"""Types of messages that say that an account is in the room from now on, and whose slot is that account's."""


def room_key(room: str) -> str:
    """The key of a room."""
    return f"discord_room:{room}"


class Messages:
    """The messages of one room being described. room: its id."""

    def __init__(self, out: Description, room: str, users: Users) -> None:
        self._out, self._room, self._users = out, room, users
        self._authors: OrderedDict[str, str] = OrderedDict()
        self.unmet = 0
        """Answers to messages that the export does not hold, or held too long before."""

    def describe(self, message: Fields, raw: str) -> None:
        """One message; raises InvalidValue, with nothing told, when it has no id, time or author."""
        identity = _required(message, "id")
        sent_at, sent = _time(message, "timestamp")
        author = self._users.met(message.inside("author"), sent)
        kind = message.text("type") or "Default"
        named, unread = self._named(message)
        signs = self._signs(message)
        asker = self._asker(message)
        edited, late = _edited(message)
        ended = message.text("callEndedTimestamp")
        texts = _texts(message, kind)
        # Where it stands beside others, and what it looks like: the words are in the other members.
        message.ignore("stickers", "inlineEmojis")

        out, when = self._out, {"sent_at": sent_at, "text": "text"}
        out.record(f"{self._room}/{identity}", identity, raw)
        out.mention("author", "Account", authority=2, keys=(account_key(author, self._room),))
        out.mention("room", "ChatRoom", authority=2, keys=(room_key(self._room),))
        pinned = True if message.take("isPinned") is True else None
        role = "" if kind in WRITTEN else kind
        out.link("POSTED_IN", "author", "room", role=role, valid_from=sent_at, valid_to=sent_at,
                 props=when | {"edited": edited, "pinned": pinned})  # fmt: skip
        reply_to = self._answers(message, when)
        for place, user in enumerate(dict.fromkeys(named), 1):
            # Its caption is what the words of the message call it: "@Zoë" is this account, not a handle.
            shown = self._users.shown[user]
            out.mention(
                f"mention{place}",
                "Account",
                authority=2,
                caption=shown,
                keys=(account_key(user, self._room),),
            )
            out.link(
                "MENTIONED", "author", f"mention{place}", valid_from=sent_at, valid_to=sent_at, props=when
            )
        if kind in _JOINS and (kind == "GuildMemberJoin" or named):
            out.link("MEMBER_OF", _JOINS[kind], "room", valid_from=sent_at)
        for place, (user, emoji) in enumerate(signs, 1):
            out.mention(f"reaction{place}", "Account", authority=2, keys=(account_key(user, self._room),))
            out.link("REACTED_TO", f"reaction{place}", "author", props=when | {"emoji": emoji})
        if asker:
            out.mention("asker", "Account", authority=2, keys=(account_key(asker, self._room),))
            out.link(
                "MENTIONED",
                "author",
                "asker",
                role="interaction",
                valid_from=sent_at,
                valid_to=sent_at,
                props=when,
            )
        for slot, what, body, at in texts:
            answers = reply_to if slot == "text" else None
            out.text(slot, what, body, author="author", room="room", sent_at=at or sent_at, reply_to=answers)
        if ended:
            out.text(
                "call",
                "system",
                f"The call ended at {_instant(ended)}.",
                author="author",
                room="room",
                sent_at=sent_at,
            )
        self._remember(identity, author)
        out.leftovers.update([*message.leftovers(), *unread, *late])

    def _named(self, message: Fields) -> tuple[list[str], list[str]]:
        """The users that a message names; what of these could not be read, which costs nothing of the message itself."""
        found, unread = list[str](), list[str]()
        for user in message.each("mentions"):
            try:
                found.append(self._users.met(user, None))
            except InvalidValue:
                unread.append("mentions.id: unreadable")
        return found, unread

    def _answers(self, message: Fields, when: dict[str, Any]) -> str | None:
        """The record that a message answers, with a link to its author; what is only passed on answers nothing."""
        reference = message.inside("reference")
        room, other, kind = reference.text("channelId"), reference.text("messageId"), reference.text("type")
        reference.ignore("guildId")
        if not other or kind == "Forward":
            return None
        author = self._authors.get(other)
        if author is None:
            self.unmet += 1
        else:
            self._out.mention("replied", "Account", authority=2, keys=(account_key(author, self._room),))
            at = str(when["sent_at"])
            self._out.link("REPLIED_TO", "author", "replied", valid_from=at, valid_to=at, props=when)
        return f"{room or self._room}/{other}"

    def _signs(self, message: Fields) -> list[tuple[str, str | None]]:
        """(account, sign) of each reaction whose users the export names."""
        found = []
        for reaction in message.each("reactions"):
            emoji = reaction.inside("emoji")
            sign = emoji.text("name") or emoji.text("code")
            emoji.ignore("id", "code", "isAnimated", "imageUrl")
            # How many there were is the length of the list; older exports have no list.
            reaction.ignore("count")
            found += [(self._users.met(user, None), sign) for user in reaction.each("users")]
        return found

    def _asker(self, message: Fields) -> str | None:
        """Who asked the robot to which this message is its answer."""
        asked = message.inside("interaction")
        asked.ignore("id", "name")
        return self._users.met(asked.inside("user"), None) if "user" in asked else None

    def _remember(self, identity: str, author: str) -> None:
        self._authors[identity] = author
        if len(self._authors) > REMEMBERED:
            self._authors.popitem(last=False)


def _texts(message: Fields, kind: str) -> list[tuple[str, str, str, str | None]]:
    """(slot, kind, body, time if another than the message's) of all its words."""
    found: list[tuple[str, str, str, str | None]] = []
    what = "message" if kind in WRITTEN else "system"
    body = message.take("content")
    if body is not None:
        found.append(("text", what, _body(body), None))
    if "forwardedMessage" in message:
        passed = message.inside("forwardedMessage")
        at = _time(passed, "timestamp")[0] if passed.peek("timestamp") else None
        passed.ignore("timestampEdited", "stickers")
        words = passed.take("content")
        if words is not None:
            found.append(("forwarded", "forwarded", _body(words), at))
        found += _enclosed(passed, "forwarded.")
    return found + _enclosed(message, "")


_WORDS = frozenset({"content", "description", "label", "placeholder", "title", "url"})
"""What of a component is words; the rest is ids, styles and whether it can be used."""


def _enclosed(message: Fields, prefix: str) -> list[tuple[str, str, str, str | None]]:
    """The names of files, and the words of embedded pages and components."""
    found: list[tuple[str, str, str, str | None]] = []
    for place, file in enumerate(message.each("attachments"), 1):
        name = file.take("fileName")
        # Where the exporter or the platform keeps the file, for as long as it does.
        file.ignore("id", "url", "fileSizeBytes")
        if name is not None:
            found.append((f"{prefix}file{place}", "file name", _body(name), None))
    for place, page in enumerate(message.each("embeds"), 1):
        words = [page.text("title"), page.text("url"), page.text("description")]
        by, foot = page.inside("author"), page.inside("footer")
        words.append(by.text("name"))
        for field in page.each("fields"):
            words += [field.text("name"), field.text("value")]
            field.ignore("isInline")
        words.append(foot.text("text"))
        for part in (by, foot):
            part.ignore("url", "iconUrl")
        page.ignore("timestamp", "color", "thumbnail", "image", "images", "video", "inlineEmojis")
        if body := "\n".join(word for word in words if word):
            found.append((f"{prefix}embed{place}", "embed", body, None))
    if words := list(_shown(message.take("components"))):
        found.append((f"{prefix}components", "embed", "\n".join(words), None))
    return found


def _shown(part: Any) -> Iterator[str]:
    """The words of buttons, menus and what stands in them, in their order: what a reader of the message is shown."""
    if isinstance(part, list):
        for each in part:
            yield from _shown(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in _WORDS and isinstance(value, str) and value:
                yield value
            else:
                yield from _shown(value)


def _body(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue("content", value, "text")
    return value


def _required(message: Fields, name: str) -> str:
    value = message.text(name)
    if value is None:
        raise InvalidValue(name, None, "there: without it the message is nobody's")
    return value


def _edited(message: Fields) -> tuple[str | None, list[str]]:
    """When a message was edited; or what of that could not be read."""
    if not message.peek("timestampEdited"):
        return None, []
    try:
        return _time(message, "timestampEdited")[0], []
    except InvalidValue:
        return None, ["timestampEdited: unreadable"]


def _time(message: Fields, name: str) -> tuple[str, datetime]:
    """(as an instant's text, as a time) of a time that must be there and must say its offset."""
    text = _instant(_required(message, name))
    return text, datetime.fromisoformat(text)


def _instant(raw: str) -> str:
    text = clean("instant", raw)
    if not text.endswith("Z"):
        raise InvalidValue("timestamp", raw, "a time with its offset from UTC")
    return text
