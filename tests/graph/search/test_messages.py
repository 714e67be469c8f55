"""Texts in the index: against a plain oracle, page by page, at every revision; words, phrases, and where a hit lies."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import Corrupt, InvalidValue
from graph.model import Revision
from graph.search import Handles, SearchIndex, TextFilter
from graph.search.messages import TextDoc, millis, moment
from graph.search.words import asked, places, words_of
from graph.tables import ROWS, handles
from tests.graph.search.made import doc, ident, view, write

KEYS = {"ann": ["discord_user:1"], "bob": ["discord_user:2"], "zed": []}


def text(
    row: int,
    body: str,
    *,
    author: str = "ann",
    room: int = 900,
    sent: str | None = "2026-01-01T10:00:00Z",
    label: int = 0,
    about: tuple[str, ...] = (),
    derived: str | None = None,
) -> dict[str, Any]:
    return {
        "row": row, "tid": ident(row), "label": label, "source": 1, "rec_key": f"m{row}", "slot": "text", "kind": "message",
        "author": ident(sum(map(ord, author)) + row), "author_keys": KEYS[author], "room": ident(room), "room_keys": [],
        "about": sorted(about), "sent_at": sent, "body": body, "reply_to": None, "language": None, "derived": derived,
        "observed_at": "2026-01-02T00:00:00Z", "revision": 1, "locator": f"m{row}",
    }  # fmt: skip


def index(folder: Path, *deltas: tuple[list[dict[str, Any]], list[int]]) -> SearchIndex:
    made = SearchIndex(folder / "index")
    for number, (put, ended) in enumerate(deltas, 1):
        delta = write(folder / "deltas" / str(number))
        if put:
            pq.write_table(pa.Table.from_pylist(put, ROWS["texts"]), delta / "texts.parquet")
        table: dict[str, list[Any]] = {"table": ["texts"] * len(ended), "row": ended}
        pq.write_table(pa.table(table), delta / "ends.parquet")
        made.apply(delta, Revision(number))
    return made


def found(
    made: SearchIndex,
    question: str | None = None,
    revision: int = 1,
    labels: tuple[int, ...] = (0,),
    **wanted: Any,
) -> list[str]:
    given = TextFilter(words=None if question is None else asked(question), **wanted)
    page = made.texts(view(revision, labels), given, limit=100, ascending=True)
    assert page.total == len(page.documents)
    return [d.body for d in page.documents]


def test_words_are_found_folded_in_any_order_and_all_of_them(tmp_path: Path) -> None:
    bodies = [
        "Meet at Dover, 6am",
        "meeting in DOVER",
        "Müller's at the café",
        "emoji 🔥 only",
        "Иван звонил",
        "you don't say",
        "明天在多佛见面",
    ]
    made = index(tmp_path, ([text(n, body) for n, body in enumerate(bodies)], []))
    told = {q: sorted(found(made, q)) for q in ("dover", "6am meet", "meet*", "muller cafe", "ivan", "dont", "🔥", "多佛", "dover -meeting", '"at the cafe"', '"the at"', "-dover -meet*")}  # fmt: skip
    assert told == {
        "dover": ["Meet at Dover, 6am", "meeting in DOVER"], "6am meet": ["Meet at Dover, 6am"],
        "meet*": ["Meet at Dover, 6am", "meeting in DOVER"], "muller cafe": [], "ivan": ["Иван звонил"],
        "dont": ["you don't say"], "🔥": [], "多佛": ["明天在多佛见面"], "dover -meeting": ["Meet at Dover, 6am"],
        '"at the cafe"': ["Müller's at the café"], '"the at"': [],
        "-dover -meet*": sorted(["Müller's at the café", "emoji 🔥 only", "Иван звонил", "you don't say", "明天在多佛见面"]),
    }  # fmt: skip
    assert found(made, "mullers cafe") == ["Müller's at the café"]


def test_every_word_lies_where_it_says() -> None:
    rng = random.Random(1)
    for _ in range(300):
        body = "".join(rng.choice("ab'’ é\u0301\u200d🔥многоเมือง日本 \x00\n,.-_1②ﬁ") for _ in range(40))
        for word in words_of(body):
            again = words_of(body[word.start : word.end])
            assert [(w.token, w.start, w.end) for w in again] == [(word.token, 0, word.end - word.start)]


def test_hits_are_marked_in_code_points() -> None:
    body = "🔥 Call Zoë on 07700 900001, Zoe!"
    marked = [body[a:b] for a, b in places(body, asked('zoe "07700 900001" -bob'))]
    assert marked == ["Zoë", "07700", "900001", "Zoe"]


def test_questions_too_long_are_refused() -> None:
    with pytest.raises(InvalidValue, match="at most 1000 characters"):
        asked("a" * 1001)
    with pytest.raises(InvalidValue, match="at most 32 words"):
        asked(" ".join(f"w{n}" for n in range(33)))
    assert asked("  🔥 ") == ()


@pytest.mark.parametrize("seed", range(3))
def test_pages_and_totals_equal_a_plain_search(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    standing: dict[int, dict[str, Any]] = {}
    deltas, worlds, row = [], [], 0
    for _ in range(4):
        ended = rng.sample(sorted(standing), len(standing) // 4)
        for gone in ended:
            del standing[gone]
        put = []
        for _ in range(60):
            row += 1
            sent = rng.choice(
                [
                    None,
                    f"2026-01-0{rng.randrange(1, 4)}T10:00:0{rng.randrange(3)}Z",
                    "2026-01-02T10:00:00.5Z",
                    "soon",
                ]
            )
            put.append(
                text(
                    row,
                    " ".join(rng.choices(["dover", "calais", "boat", "money"], k=3)),
                    author=rng.choice(["ann", "bob", "zed"]),
                    sent=sent,
                    label=rng.randrange(3),
                    room=rng.randrange(2),
                )
            )
        standing |= {r["row"]: r for r in put}
        deltas.append((put, ended))
        worlds.append(list(standing.values()))
    made = index(tmp_path, *deltas)
    bob = Handles(("=discord_user:2",))
    split = Handles(
        (), (("=discord_user:1", tuple(ident(sum(map(ord, "ann")) + n).hex() for n in range(0, 240, 2))),)
    )
    for revision, world in enumerate(worlds, 1):
        for ascending in (True, False):
            for wanted, keep in (
                (TextFilter(), lambda r: True),
                (TextFilter(words=asked("dover boat")), lambda r: {"dover", "boat"} <= set(r["body"].split())),
                (TextFilter(author=bob), lambda r: r["author_keys"] == KEYS["bob"]),
                (TextFilter(author=split), lambda r: r["author_keys"] == KEYS["ann"] and r["row"] % 2),
                (TextFilter(room=Handles((ident(1).hex(),)), first="2026-01-02", last="2026-01-02T10:00:00"), lambda r: r["room"] == ident(1) and (r["sent_at"] or "")[:19] == "2026-01-02T10:00:00"),
                (TextFilter(last="2026-01"), lambda r: (r["sent_at"] or "s")[0] == "2"),
            ):  # fmt: skip

                def place(r: dict[str, Any]) -> tuple[str, bytes]:
                    sent = r["sent_at"] or ""
                    return ("" if sent in ("soon", "") else moment(sent)), r["tid"]

                right = sorted(
                    (place(r) for r in world if r["label"] != 2 and keep(r)), reverse=not ascending
                )
                told: list[tuple[str, bytes]] = []
                while True:
                    page = made.texts(
                        view(revision, (0, 1)),
                        wanted,
                        after=told[-1] if told else None,
                        limit=7,
                        ascending=ascending,
                    )
                    assert page.total == len(right)
                    told += [d.place for d in page.documents]
                    if len(page.documents) < 7:
                        break
                assert told == right


def test_hidden_texts_change_no_answer(tmp_path: Path) -> None:
    light = [text(n, f"dover {n}", sent=f"2026-01-01T10:00:{n:02d}Z") for n in range(20)]
    dark = [text(100 + n, f"dover {n}", sent=f"2026-01-01T10:00:{n:02d}Z", label=1) for n in range(20)]
    worlds = [index(tmp_path / "with", (dark + light, [])), index(tmp_path / "without", (light, []))]
    pages = [w.texts(view(), TextFilter(words=asked("dover")), limit=5) for w in worlds]
    assert pages[0] == pages[1]
    assert pages[0].total == 20


def test_the_language_is_stated_detected_or_assumed(tmp_path: Path) -> None:
    said = '{"language": {"value": "%s", "assumed": %s, "confidence": 0.9, "by": "x 1"}}'
    rows = [
        text(1, "a", derived=said % ("de", "null")),
        text(2, "b", derived=said % ("und", '"fr"')),
        text(3, "c"),
        {**text(4, "d", derived=said % ("de", "null")), "language": "nl"},
    ]
    made = index(tmp_path, (rows, []))
    tongues = {tongue: found(made, languages=(tongue,)) for tongue in ("de", "fr", "~fr", "und", "nl", "en")}
    assert tongues == {"de": ["a"], "fr": [], "~fr": ["b"], "und": ["c", "b"], "nl": ["d"], "en": []}
    assert made.text_counts(view(), TextFilter(), by="language", limit=2) == ((("und", 2), ("de", 1)), 1)


def test_an_index_without_texts_says_how_to_get_them(tmp_path: Path) -> None:
    made = SearchIndex(tmp_path / "index")
    made._names.apply([(write(tmp_path / "one", [doc(1, "Ann Smith")]), Revision(1))])
    with pytest.raises(Corrupt, match=r"holds no texts: an earlier version made it\. Run `clew rebuild`"):
        SearchIndex(tmp_path / "index").head()


def test_times_as_written_cover_all_they_mean() -> None:
    ends = {
        t: (moment(t), moment(t, last=True))
        for t in ("2026", "2026-02", "2026-02-03", "2026-02-03T10:00Z", "2026-02-03T10:00:00.123456Z")
    }
    assert ends == {
        "2026": ("2026-01-01T00:00:00.000", "2026-12-31T23:59:59.999"),
        "2026-02": ("2026-02-01T00:00:00.000", "2026-02-28T23:59:59.999"),
        "2026-02-03": ("2026-02-03T00:00:00.000", "2026-02-03T23:59:59.999"),
        "2026-02-03T10:00Z": ("2026-02-03T10:00:00.000", "2026-02-03T10:00:59.999"),
        "2026-02-03T10:00:00.123456Z": ("2026-02-03T10:00:00.123", "2026-02-03T10:00:00.123"),
    }  # fmt: skip
    assert millis("0001-01-02T00:00:00.001") == 86_400_001
    with pytest.raises(ValueError, match="Invalid isoformat"):
        moment("soon", last=True)


def test_a_text_of_a_hundred_thousand_characters_is_found_by_its_last_word(tmp_path: Path) -> None:
    made = index(tmp_path, ([text(1, "\x00\x07spam " * 14_000 + "needle")], []))
    (body,) = found(made, "needle")
    assert places(body, asked("needle")) == [(len(body) - 6, len(body))]
    assert isinstance(made.texts(view(), TextFilter(), limit=1).documents[0], TextDoc)


def test_handles_are_an_id_and_a_set_of_keys() -> None:
    assert handles(b"\x01" * 16, ["b:2", "a:1"]) == ["01" * 16, "=a:1\x1fb:2"]
    assert handles(b"\x01" * 16, []) == ["01" * 16]
