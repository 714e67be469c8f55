"""DiscordChatExporter exports (formats.md 5.2): hand-checked values, killed exports, renames, and no member unseen."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.helpers import discord_message
from tests.golden import ROOT
from tests.ingest.formats.flight_goldens import golden
from tests.ingest.told import Told, outcomes, refused, told

GUILD, DIRECT = "discord/guild_general.json", "discord/direct_20220502.json"

USELESS = {
    "poll.question", "reference.channelId", "components.type", "components.components.type", "components.components.style",
    "stickers.id", "stickers.name", "stickers.format", "stickers.sourceUrl", "stickers", "inlineEmojis", "attachments.id",
    "attachments.url", "attachments.fileSizeBytes", "reactions.count", "reactions.emoji.id", "reactions.emoji.code",
    "reactions.emoji.isAnimated", "reactions.emoji.imageUrl", "interaction.id", "interaction.name", "reference.guildId",
    "forwardedMessage.timestampEdited", "forwardedMessage.stickers", "forwardedMessage.attachments.id",
    "forwardedMessage.attachments.url", "forwardedMessage.attachments.fileSizeBytes", "embeds.timestamp", "embeds.color",
    "embeds.thumbnail", "embeds.image", "embeds.images", "embeds.video", "embeds.inlineEmojis", "embeds.author.url",
    "embeds.fields.isInline", "forwardedMessage.embeds", "callEndedTimestamp",
}  # fmt: skip
"""How things look, where files lie, and what is said elsewhere: ignored on purpose."""


def rec(told_: Told, locator: str) -> int:
    return next(r["rec"] for r in told_.records if r["locator"] == locator)


def text(told_: Told, locator: str, slot: str = "text") -> dict[str, Any]:
    return next(t for t in told_.texts if (t["rec"], t["slot"]) == (rec(told_, locator), slot))


def links(told_: Told, locator: str) -> list[tuple[str, str, str, str]]:
    found = [x for x in told_.links if x["rec"] == rec(told_, locator) and x["kind"] != "MENTIONS"]
    return [(link["kind"], link["role"], link["from_slot"], link["to_slot"]) for link in found]


def test_a_guilds_room_comes_to_its_hand_checked_values() -> None:
    told_ = golden(GUILD)

    room = told_.mention(rec(told_, "9001"), "room")
    assert (room["caption"], room["keys"]) == ("#general (Harbour chat)", ["discord_room:9001"])
    assert told_.values(0, "room", "guild") == ["Harbour chat"]
    assert told_.values(0, "room", "topic") == ["say what you sell"]
    assert told_.values(0, "room", "category") == ["Text Channels"]
    # Timestamps carry the exporter's offset and 3 to 7 decimals (formats.md 5.2).
    said = text(told_, "7002")
    assert said["sent_at"] == "2026-08-30T08:01:00.123000Z"
    assert said["body"] == "call 07700 900123 or mail harrow.k@mail.example @The Boss"
    assert text(told_, "7003")["sent_at"] == "2026-08-30T08:02:00.123456Z"
    posted = told_.link(rec(told_, "7002"), "POSTED_IN")
    assert posted["props"] == {
        "sent_at": "2026-08-30T08:01:00.123000Z", "text": "text", "edited": "2026-08-30T08:05:00Z", "pinned": True,
    }  # fmt: skip
    assert links(told_, "7002") == [
        ("POSTED_IN", "", "author", "room"),
        ("MENTIONED", "", "author", "mention1"),
    ]
    assert text(told_, "7003")["reply_to"] == "9001/7002"
    assert ("REPLIED_TO", "", "author", "replied") in links(told_, "7003")
    assert told_.mention(rec(told_, "7003"), "replied")["keys"] == ["discord_user:501"]
    assert [told_.mention(rec(told_, "7003"), f"reaction{n}")["keys"] for n in (1, 2)] == [
        ["discord_user:501"],
        ["discord_user:503"],
    ]
    assert next(x["props"]["emoji"] for x in told_.links if x["kind"] == "REACTED_TO") == "👍"
    assert told_.records[0]["observed_at"].isoformat() == "2026-09-01T09:00:00+00:00"


def test_what_the_platform_says_is_a_system_text_and_a_join_is_membership() -> None:
    told_ = golden(GUILD)

    assert links(told_, "7001") == [
        ("POSTED_IN", "GuildMemberJoin", "author", "room"),
        ("MEMBER_OF", "", "author", "room"),
    ]
    assert (text(told_, "7001")["kind"], text(told_, "7002")["kind"]) == ("system", "message")
    assert ("MEMBER_OF", "", "mention1", "room") in links(told_, "7008")


def test_embeds_files_and_what_is_passed_on_are_texts_of_their_message() -> None:
    told_ = golden(GUILD)

    assert text(told_, "7005", "embed1")["body"] == "\n".join(
        [
            "N1101 landed",
            "https://flights.example/n1101",
            "18 minutes late",
            "FlightWatch",
            "Stand",
            "12",
            "from the tower",
        ]
    )
    assert text(told_, "7006", "file1")["body"] == "manifest.pdf"
    passed = text(told_, "7006", "forwarded")
    assert (passed["body"], passed["sent_at"], passed["kind"]) == (
        "meet at dover 6am",
        "2026-08-29T09:00:00Z",
        "forwarded",
    )
    assert text(told_, "7006", "forwarded.file1")["body"] == "map.png"
    # What is only passed on answers nothing; an answer to what the export lacks still names it.
    assert [link[0] for link in links(told_, "7006")] == ["POSTED_IN"]
    assert text(told_, "7007")["reply_to"] == "9001/6999"
    assert "Answers to messages that are not in the export: 1." in told_.staged.notes
    assert ("MENTIONED", "interaction", "author", "asker") in links(told_, "7005")


def test_the_words_of_buttons_and_menus_are_a_text_of_their_message() -> None:
    body = json.loads((ROOT / GUILD).read_text(encoding="utf-8"))
    body["messages"][0]["components"] = [
        {"type": 1, "id": 1, "components": [
            {"type": 2, "style": 5, "label": "Ring 07700 900141", "url": "https://x.example/1", "emoji": {"name": "📞"}},
            {"type": 3, "customId": "m", "placeholder": "Which day?", "options": [{"label": "Friday", "value": "f"}]},
        ]},
    ]  # fmt: skip
    told_ = told(json.dumps(body), "g.json")
    first = body["messages"][0]["id"]

    assert (
        text(told_, first, "components")["body"]
        == "Ring 07700 900141\nhttps://x.example/1\nWhich day?\nFriday"
    )
    found = [
        m for m in told_.mentions if m["rec"] == rec(told_, first) and m["slot"].startswith("components@")
    ]
    assert [m["keys"] for m in found] == [["phone:+447700900141"], ["url:x.example/1"]]


def test_a_user_who_renames_is_one_account_under_two_names() -> None:
    told_ = golden(GUILD)
    names = [m for m in told_.mentions if m["slot"] == "account" and m["keys"] == ["discord_user:502"]]

    assert [(m["caption"], m["valid_from"], m["valid_to"]) for m in names] == [
        ("🔥🔥", None, "2026-08-30T08:02:00.123456Z"), ("The Boss", "2026-08-31T09:00:00Z", None),
    ]  # fmt: skip
    assert [m["props"]["handle"][0][0] for m in names] == ["kit.harrow", "kit_h"]
    robot = next(m for m in told_.mentions if m["slot"] == "account" and m["keys"] == ["discord_user:503"])
    assert (robot["props"]["bot"], robot["props"]["discriminator"]) == ([["true", None]], [["1234", None]])
    assert [r["locator"] for r in told_.records if "/user/" in r["key"]] == [
        "501",
        "502",
        "502",
        "503",
        "504",
    ]


def test_a_direct_chat_of_an_older_exporter_is_read() -> None:
    told_ = golden(DIRECT)

    assert told_.staged.observed_basis == "file name"
    room = told_.mention(0, "room")
    # DMs are in guild "0", which is none (formats.md 5.2).
    assert (room["caption"], "guild" in room["props"], room["props"]["room_type"]) == (
        "tam",
        False,
        [["DirectTextChat", None]],
    )
    assert text(told_, "6001")["body"] == "Started a call that lasted 2 minutes."
    assert text(told_, "6001", "call")["body"] == "The call ended at 2022-05-01T09:02:00Z."
    assert links(told_, "6001") == [("POSTED_IN", "Call", "author", "room")]
    assert text(told_, "6001")["sent_at"] == "2022-05-01T09:00:00.500000Z"
    assert [m["caption"] for m in told_.mentions if m["slot"] == "account"] == ["ida", "tam"]
    assert told_.staged.leftovers == {}


def test_bad_messages_are_rejects_and_the_good_ones_land() -> None:
    told_ = golden(GUILD)

    assert [(r["locator"], r["field"]) for r in told_.rejects] == [
        ("7009", "instant"), ("7010", "author.id"), ("7011", "timestamp"), ("7012", "content"), ("message 13", "message"),
    ]  # fmt: skip
    assert told_.staged.leftovers == {"poll": 1}
    assert told_.staged.kept == 1 + 9 + 5
    assert {r["locator"] for r in told_.records} >= {"7008", "7013"}


def test_a_killed_export_keeps_every_whole_message_wherever_it_stops(tmp_path: Path) -> None:
    whole = (ROOT / DIRECT).read_bytes()
    begun = whole.index(b'"messages"')
    seen = set()
    path = tmp_path / "killed_20220502.json"
    for at in (*range(begun - 40, begun + 60, 13), *range(begun + 60, len(whole) - 1, 41)):
        path.write_bytes(whole[:at])
        [outcome] = outcomes(path, format="discord")
        if at <= begun:
            continue
        assert isinstance(outcome, Told), (at, outcome)
        kept = [r["locator"] for r in outcome.records if r["key"].startswith("9100/600")]
        assert kept == [m for m in ("6001", "6002") if f'"id": "{m}"'.encode() in whole[:at]][: len(kept)]
        assert (
            outcome.staged.notes[0]
            == f"The export stops in the middle: its {len(kept):,} whole messages are kept, the rest is lost."
        )
        seen.add(len(kept))
    assert seen == {0, 1, 2}


def test_an_export_killed_before_its_messages_is_known_for_what_it_is(tmp_path: Path) -> None:
    whole = (ROOT / DIRECT).read_bytes()
    path = tmp_path / "killed_20220502.json"
    path.write_bytes(whole[: whole.index(b'"dateRange"')])
    [outcome] = outcomes(path)
    assert isinstance(outcome, Told)
    assert [r["locator"] for r in outcome.records] == ["9100"]
    assert outcome.staged.notes[0].endswith("its 0 whole messages are kept, the rest is lost.")
    assert "the text stops in the middle" in refused(
        whole[: whole.index(b'"channel"') + 30].decode(), "x.json"
    )


def test_accounts_that_were_erased_are_nobodys_across_rooms() -> None:
    """Discord gives all of them one id."""
    keys = set()
    for room in ("1", "2"):
        author = {"id": "456226577798135808", "name": "Deleted User", "discriminator": "0000"}
        said = {
            "id": f"{room}7",
            "type": "Default",
            "timestamp": "2026-09-01T10:00:00Z",
            "content": "x",
            "author": author,
        }
        body = {"guild": {"id": room}, "channel": {"id": room, "name": "x"}, "messages": [said]}
        found = told(json.dumps(body), "x.json")
        keys |= {key for m in found.mentions if m["kind"] == "Account" for key in m["keys"]}
        assert (
            "Accounts that Discord erased are one here, in this room: it tells them no more apart."
            in found.staged.notes
        )
    assert keys == {"discord_user:456226577798135808/1", "discord_user:456226577798135808/2"}


def test_a_bad_value_beside_a_message_costs_the_message_nothing() -> None:
    said = {"id": "7", "type": "Default", "timestamp": "2026-09-01T10:00:00Z", "timestampEdited": "yesterday", "content": "ring 07700 900123",
            "author": {"id": "1", "name": "zo"}, "mentions": [{"name": "nobody"}, {"id": "2", "name": "kit"}]}  # fmt: skip
    body = {"guild": {"id": "1"}, "channel": {"id": "1", "name": "x"}, "messages": [said]}
    found = told(json.dumps(body), "x.json")
    assert (found.rejects, text(found, "7")["body"]) == ([], "ring 07700 900123")
    assert found.staged.leftovers == {
        "timestampEdited: unreadable": 1,
        "mentions.id: unreadable": 1,
        "mentions[].name": 1,
    }
    assert found.mention(rec(found, "7"), "mention1")["keys"] == ["discord_user:2"]


def test_a_file_damaged_in_its_middle_is_refused() -> None:
    whole = (ROOT / DIRECT).read_text(encoding="utf-8")
    assert "is not the JSON it began as" in refused(
        whole.replace('"type": "Default"', '"type" "Default"'), "x.json"
    )


def test_an_export_without_a_room_is_refused() -> None:
    body = {"guild": {"id": "1"}, "channel": {"name": "x"}, "messages": []}
    assert "does not say which room it is of" in refused(json.dumps(body), "x.json")


def test_a_count_that_disagrees_is_told() -> None:
    body = json.loads((ROOT / DIRECT).read_text(encoding="utf-8")) | {"messageCount": 7}
    assert (
        "The export counts 7 messages and holds 2."
        in told(json.dumps(body), "x_20220502.json", complete=True).staged.notes
    )


def test_only_the_latest_authors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_message, "REMEMBERED", 1)
    assert golden(GUILD).staged.notes[0].startswith("Answers to messages that are not in the export")
    told_ = golden(GUILD)
    assert ("REPLIED_TO", "", "author", "replied") in links(told_, "7003")


def test_odd_texts_are_kept_as_they_are() -> None:
    body = json.loads((ROOT / DIRECT).read_text(encoding="utf-8"))
    odd = ["\x00\x07 bell", "🔥" * 10, "a" * 100_000, "\u202eright to left", "x\ufdd0"]
    first = body["messages"][1]
    body["messages"] = [first | {"id": str(n), "content": content} for n, content in enumerate(odd)]
    told_ = told(json.dumps(body | {"messageCount": 5}), "x_20220502.json")
    assert [t["body"] for t in told_.texts] == odd
    half = json.dumps(body).replace('"\\ud83d\\udd25', '"\\ud83d')
    assert [r["field"] for r in told(half, "x_20220502.json").rejects] == ["message"]


def test_every_member_of_a_message_is_seen_when_dropped(tmp_path: Path) -> None:
    body = json.loads((ROOT / GUILD).read_text(encoding="utf-8"))
    path = tmp_path / "guild_general.json"
    whole = _facts(path, body)
    paths = {p for message in body["messages"] if isinstance(message, dict) for p in _members(message)}
    alike = {p for p in paths if _facts(path, _without(body, p)) == whole}
    # Users are seen once each: what one place leaves out another may still say.
    unseen = {
        ".".join(p) for p in alike if p[0] != "author" and not set(p[:-1]) & {"mentions", "users", "user"}
    }
    assert unseen == USELESS


def _facts(path: Path, body: Any) -> list[Any]:
    path.write_text(json.dumps(body), encoding="utf-8")
    [outcome] = outcomes(path)
    if not isinstance(outcome, Told):
        return [outcome.refused]
    whole = outcome.as_json()
    return [whole["records"], whole["rejects"], whole["report"]["notes"]]


def _members(value: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, held in value.items() if isinstance(value, dict) else ():
        inner = held if isinstance(held, list) else [held]
        if any(isinstance(item, dict) for item in inner):
            for item in inner:
                yield from _members(item, (*where, name))
        else:
            yield (*where, name)


def _without(body: Any, path: tuple[str, ...]) -> Any:
    changed = copy.deepcopy(body)
    for message in changed["messages"]:
        _drop(message, path)
    return changed


def _drop(value: Any, path: tuple[str, ...]) -> None:
    if isinstance(value, list):
        for item in value:
            _drop(item, path)
    elif isinstance(value, dict) and len(path) == 1:
        value.pop(path[0], None)
    elif isinstance(value, dict):
        _drop(value.get(path[0]), path[1:])
