"""What texts name: planted truth with precision and recall, every offset in its text, and what must never be found."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import LONGEST, finders, findings
from ingest.extract.base import Setting
from tests.ingest.formats.flight_goldens import golden

AROUND = Setting("discord", "2026-09-01T10:00:00Z", ("The Boss",))


def named(text: str, around: Setting = AROUND) -> list[tuple[str, str, str]]:
    """(kind, as written, caption) of what a text names."""
    return [(found.kind, text[found.start : found.end], found.caption) for _, found in findings(text, around)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 07911 123456 after 6", [("Phone", "07911 123456", "+447911123456")]),
        ("ring +44 (0)20 7946 0000, ok?", [("Phone", "+44 (0)20 7946 0000", "+442079460000")]),
        ("call me:07700900101", [("Phone", "07700900101", "+447700900101")]),
        ("07700900123/07700900124", [("Phone", "07700900123", "+447700900123"), ("Phone", "07700900124", "+447700900124")]),
        ("020 7946 0000,07700 900124;+447700900125", [
            ("Phone", "020 7946 0000", "+442079460000"), ("Phone", "07700 900124", "+447700900124"),
            ("Phone", "+447700900125", "+447700900125")]),
        ("ring ０７７００　９００１２３", [("Phone", "０７７００　９００１２３", "+447700900123")]),
        ("drop it at IP1  1AA", [("Address", "IP1  1AA", "IP1 1AA")]),
        ("BA1393 on 5.10.2026, LS1 10-05-2026", [("Flight", "BA1393", "BA1393 2026-10-05"), ("Flight", "LS1", "LS1 2026-05-10")]),
        ("BA1393 on Sat", [("Flight", "BA1393", "BA1393 2026-09-05")]),
        ("I-ABCD then jet I-LOVE", [("Aircraft", "I-ABCD", "I-ABCD"), ("Aircraft", "I-LOVE", "I-LOVE")]),
        ("call 447700900127, 44 7700 900128", [("Phone", "447700900127", "+447700900127"), ("Phone", "44 7700 900128", "+447700900128")]),
        ("EZY82AB tmrw", [("Flight", "EZY82AB", "EZY82AB 2026-09-02")]),
        ("BA1393 2moro", [("Flight", "BA1393", "BA1393 2026-09-02")]),
        ("flight AT 7 tomorrow, on flight RTX409 today", [
            ("Flight", "AT 7", "AT7 2026-09-02"), ("Flight", "RTX409", "RTX409 2026-09-01")]),
        ("CVN12 on 23 October 2026, off NJE123 on 2026-10-24", [
            ("Flight", "CVN12", "CVN12 2026-10-23"), ("Flight", "NJE123", "NJE123 2026-10-24")]),
        ("PC 1162 on 12 June 2026", [("Flight", "PC 1162", "PC1162 2026-06-12")]),
        ("ME 201 tomorrow", [("Flight", "ME 201", "ME201 2026-09-02")]),
        ("BA123 October 23, 2026; BA124 Oct 24; BA125 25OCT; BA126 26OCT26", [
            ("Flight", f"BA12{n}", f"BA12{n} 2026-10-2{n}") for n in (3, 4, 5, 6)]),
        ("BA123 arrives 23 Oct", [("Flight", "BA123", "BA123 2026-10-23")]),
        ("BA123 gets in 23 Oct 2026", [("Flight", "BA123", "BA123 2026-10-23")]),
        ("BA123 leaves at 10:00 on 23 Oct", [("Flight", "BA123", "BA123 2026-10-23")]),
        ("on 23 Oct I take BA123", [("Flight", "BA123", "BA123 2026-10-23")]),
        ("ba1393 tomorrow, flight ba 123 tomorrow", [("Flight", "ba1393", "BA1393 2026-09-02"), ("Flight", "ba 123", "BA123 2026-09-02")]),
        ("BA 49 today, K9 12 tomorrow", [("Flight", "BA 49", "BA49 2026-09-01")]),
        ("bit.ly/x1 and lnkd.in/abc", [("Website", "bit.ly/x1", "bit.ly/x1"), ("Website", "lnkd.in/abc", "lnkd.in/abc")]),
        ("07911-123-456,07911123457", [("Phone", "07911-123-456", "+447911123456"), ("Phone", "07911123457", "+447911123457")]),
        ("07911 123 456,07911 123 457", [("Phone", "07911 123 456", "+447911123456"), ("Phone", "07911 123 457", "+447911123457")]),
        ("company number SC 123456", [("Company", "SC 123456", "SC123456")]),
        ("OX1 1AA-OX1 2AA", [("Address", "OX1 1AA", "OX1 1AA"), ("Address", "OX1 2AA", "OX1 2AA")]),
        ("reg ABC 123D", [("Vehicle", "ABC 123D", "ABC 123D")]),
        ("https://user:pass@host.example/x", [("Website", "https://user:pass@host.example/x", "host.example/x")]),
        ("@kit@mastodon.social", [("Handle", "@kit@mastodon.social", "mastodon/kit@mastodon.social")]),
        ("mob.07700900107", [("Phone", "07700900107", "+447700900107")]),
        ("07700900123 07700900124", [("Phone", "07700900123", "+447700900123"), ("Phone", "07700900124", "+447700900124")]),
        ("🔥🔥 a.b@c.example, @Zo_E.", [("Email", "a.b@c.example", "a.b@c.example"), ("Handle", "@Zo_E", "discord/zo_e")]),
        ("@The Boss ask @kit", [("Handle", "@kit", "discord/kit")]),
        ("(see https://www.C1.example/x_(y)).", [("Website", "https://www.C1.example/x_(y)", "c1.example/x_(y)")]),
        ("mail a@b.example or www.b.example/a@b", [("Email", "a@b.example", "a@b.example"), ("Website", "www.b.example/a@b", "b.example/a@b")]),
        ("drop it at ip1 1aa, or IP11AB", [("Address", "ip1 1aa", "IP1 1AA"), ("Address", "IP11AB", "IP1 1AB")]),
        ("Company No. 01234567", [("Company", "01234567", "01234567")]),
        ("registered in England and Wales no. 1234567", [("Company", "1234567", "01234567")]),
        ("CRN: SC123456 and", [("Company", "SC123456", "SC123456")]),
        ("white AB12 CDE, later ab12cdf", [("Vehicle", "AB12 CDE", "AB12 CDE"), ("Vehicle", "ab12cdf", "AB12 CDF")]),
        ("reg A123 BCD", [("Vehicle", "A123 BCD", "A123 BCD")]),
        ("saw G-ABCD and D-AIMA", [("Aircraft", "G-ABCD", "G-ABCD"), ("Aircraft", "D-AIMA", "D-AIMA")]),
        ("BA 1393 on 12 June 2026", [("Flight", "BA 1393", "BA1393 2026-06-12")]),
        ("on 2026-09-03 with EZY8021", [("Flight", "EZY8021", "EZY8021 2026-09-03")]),
        ("N1101 tomorrow", [("Flight", "N1101", "N1101 2026-09-02")]),
        ("U2 8021 on Sat 5 September", [("Flight", "U2 8021", "U28021 2026-09-05")]),
        ("LS1 on 30/12/2026", [("Flight", "LS1", "LS1 2026-12-30")]),
        ("EZY 82AB tomorrow", [("Flight", "EZY 82AB", "EZY82AB 2026-09-02")]),
        ("BA1393 on Friday", [("Flight", "BA1393", "BA1393 2026-09-04")]),
        ("last Friday on BA1393", [("Flight", "BA1393", "BA1393 2026-08-28")]),
        ("N123AB then HB-LGT, N12 3AB", [("Aircraft", "N123AB", "N123AB"), ("Aircraft", "HB-LGT", "HB-LGT"), ("Address", "N12 3AB", "N12 3AB")]),
        ("tail number N1AB, plane N12345", [("Aircraft", "N1AB", "N1AB"), ("Aircraft", "N12345", "N12345")]),
        ("JA8089, 5N-ABC and RP-C123", [("Aircraft", "JA8089", "JA8089"), ("Aircraft", "5N-ABC", "5N-ABC"), ("Aircraft", "RP-C123", "RP-C123")]),
        ("EC1A 1BB W1A 0AX gir 0aa", [("Address", "EC1A 1BB", "EC1A 1BB"), ("Address", "W1A 0AX", "W1A 0AX"), ("Address", "gir 0aa", "GIR 0AA")]),
        ("my cousin's reg is bd51smr", [("Vehicle", "bd51smr", "BD51 SMR")]),
        ("@kaz tg @some_handle and insta: @third.one user@host", [
            ("Handle", "@kaz", "discord/kaz"), ("Handle", "@some_handle", "telegram/some_handle"),
            ("Handle", "@third.one", "instagram/third.one")]),
        ("snap: x", [("Handle", "x", "snapchat/x")]),
        ("ig:kit_7, my snapchat is @kit, x: @bob", [
            ("Handle", "kit_7", "instagram/kit_7"), ("Handle", "@kit", "snapchat/kit"), ("Handle", "@bob", "twitter/bob")]),
        ("love x @zo, @kit on tiktok, signal @zo.42", [
            ("Handle", "@zo", "discord/zo"), ("Handle", "@kit", "tiktok/kit"), ("Handle", "@zo.42", "signal/zo.42")]),
        ("t.me/other or https://www.instagram.com/kit.7/?hl=en.", [
            ("Handle", "t.me/other", "telegram/other"), ("Handle", "https://www.instagram.com/kit.7/?hl=en", "instagram/kit.7")]),
        ("discord.gg/abc1 t.me/+abc instagram.com/p/Cx1", [
            ("Website", "discord.gg/abc1", "discord.gg/abc1"), ("Website", "t.me/+abc", "t.me/+abc"),
            ("Website", "instagram.com/p/Cx1", "instagram.com/p/Cx1")]),
        ("wa 07700 900123 or wa.me/447700900124", [("Phone", "07700 900123", "+447700900123"), ("Phone", "wa.me/447700900124", "+447700900124")]),
    ],
)  # fmt: skip
def test_what_a_text_names(text: str, found: list[tuple[str, str, str]]) -> None:
    assert named(text) == found


def test_a_long_text_is_read_to_its_end() -> None:
    """Twice as long as what is read at once: lines, words, and one without either."""
    for filler in ("so it goes\n", "so it goes ", "goes"):
        text = filler * (2 * LONGEST // len(filler)) + "\ncall 07700 900333"
        assert named(text) == [("Phone", "07700 900333", "+447700900333")]


@pytest.mark.parametrize(
    "text",
    [
        "order 44710923 has shipped", "£1,250.00 for that? no chance", "the A14 is shut again on 12 June", "3-1 at half time",
        "update to v2.0.1 first", "room 101, ask at the desk", "be there 7.30 sharp, table for 12", "H2O and sunshine",
        "2026-09 was the warmest since 1995", "page 44 of 120", "BA1393 was late", "who is behind 01234567", "@everyone @here",
        "see 01/02/2026", "card 4929 1234 5678 9012", "e-mail me", "g-unit", "I-LOVE it", "I-WANT", "D-DAYX", "BA1393 sat there", "1,234,07700 quid", "in24 hrs", "at 07 and 12", "👍👍", "", "\x00\x07",
        "x" * 100_000, "0" * 5_000, "@" * 5_000, "a.b" * 5_000, "12:00-13:00", "1 2 3 4 5 6 7 8 9 10 11 12", "0.5 and 0.25",
        "A1 2BC, H1 2AB and Q1 1AA", "room B12, M25", "flat B1 2nd floor", "BUY 20KG today", "FOR 2AM tomorrow", "BA1393 on Tuesday",
        "XL 10 today", "MK 4 today", "KG 20 today", "WW2 tomorrow", "FL350 today", "IP 10 on Friday", "EU 27 on Monday",
        "room AB 12 on Friday", "CO2 today", "in 24 today", "at1130 tomorrow", "may 12 today", "GTA5 tomorrow", "PIN 1234 today",
        "PS5 today", "RTX 4090 today", "RTX4090 today", "UB40 on Friday", "WD40 tomorrow", "MEET AT 7 ON FRIDAY", "PAY ME 500 TODAY", "AK47 tonight",
        "P45 tomorrow, T20 on Friday", "E220 today", "M1 8GB RAM", "m2 8gb", "at24hrs", "IN20MIN", "OK 2 tomorrow", "PC 4 today",
        "447700900", "4477009001271", "either.or/and", "bit.ly",
        "order no. N123AB", "the N15 bus, part N12345", "n123ab", "signal: lost", "tg: call me later", "snap: no", "trust.me",
        "900123.@zo.07700",
        "$1,234,567.89, 1234567890, v1.2.3.4, 192.168.1.10, 2026-03-05 10:00:00", "ISBN 978-0-306-40615-7, IBAN GB33BUKB20201555555555",
        "tracking 1Z999AA10123456784, serial 0770090040112345, PIN 1234", "07700 quid, order no. 2026030112345", "ring 07700 90",
    ],
)  # fmt: skip
def test_what_is_something_else_is_not_found(text: str) -> None:
    assert named(text) == []


def test_a_day_without_a_year_needs_to_know_when_it_was_written() -> None:
    assert named("BA1393 on 2 January", Setting("", "2026-12-30T10:00:00Z")) == [
        ("Flight", "BA1393", "BA1393 2027-01-02")
    ]
    assert named("BA1393 on 2 January", Setting()) == []
    assert named("BA1393 on 31 February 2026") == []


def test_handles_are_of_a_platform() -> None:
    assert named("@kit", Setting()) == []


def test_how_sure_a_find_is_depends_on_how_it_is_written() -> None:
    written = ("IP1 1AA", "ip1 1aa", "ip11aa", "N123AB", "tail N123AB", "N1234B", "tg: @kit", "@kit", "snap: kit", "snap: kit_7",
               "BA1393 on Friday", "EZY 82AB tomorrow", "LS1 today", "447911123456", "447700900127")  # fmt: skip
    assert [[found.confidence for _, found in findings(text, AROUND)] for text in written] == [
        [0.9], [0.75], [0.5], [0.6], [0.85], [0.75], [0.85], [0.8], [0.5], [0.7], [0.63], [0.68], [0.4], [0.8], [0.6],
    ]  # fmt: skip


def test_of_two_that_overlap_one_stays() -> None:
    assert named("http://x.example/07700900123?q=IP1+1AA") == [
        ("Website", "http://x.example/07700900123?q=IP1+1AA", "x.example/07700900123?q=IP1+1AA")
    ]
    assert [f.rank for f in finders()] == sorted({f.rank for f in finders()})


_PIECES = st.sampled_from(
    ["07700 900123", "@zo", "a@b.example", "IP1 1AA", "AB12 CDE", "G-ABCD", "BA1393", " on 12 June 2026", "🔥", "é", "e\u0301",
     " ", "\n", "company number ", "01234567", "www.a.example/", "N123AB", "t.me/kit", "tg: ", "snap:kit_7", "+44", "(", ")", ".", "-", "x", "日本", "\u200d", "0"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_every_offset_slices_to_the_words_that_are_meant(text: str) -> None:
    last = 0
    for finder, found in findings(text, AROUND):
        assert last <= found.start < found.end <= len(text)
        last = found.end
        written = text[found.start : found.end]
        again = [f for other, f in findings(f" {written} on 12 June 2026 ", AROUND) if other is finder]
        if finder.name not in ("company-numbers", "vehicles", "flights", "handles"):
            assert [f.values for f in again][:1] == [found.values], (text, written)
        assert 0 < found.confidence <= 1
        assert unicodedata.is_normalized("NFC", found.caption)


_NOISE = [
    "see you",
    "ok 👍",
    "at 7.30",
    "table for 12",
    "the A14",
    "£1,250.00",
    "v2.0.1",
    "order 44710923",
    "3-1",
    "2026",
    "room 101",
]


def _planted(draw: random.Random) -> tuple[str, list[tuple[str, int, int, str]]]:
    """A text, and the truth: (kind, start, end, value)."""
    digits = "".join(draw.choice("0123456789") for _ in range(6))
    letters = "".join(draw.choice("ABCDEFGHJKLMNOPRSTUVWXY") for _ in range(5))
    kinds = [
        (f"07{draw.choice('4579')}11 {digits}", "Phone", ""), (f"+447911{digits}", "Phone", f"+447911{digits}"),
        (f"k{digits}@mail.example", "Email", f"k{digits}@mail.example"), (f"@u{digits}", "Handle", f"discord/u{digits}"),
        (f"https://c{digits}.example/a", "Website", f"c{digits}.example/a"), ("IP1 1AA", "Address", "IP1 1AA"),
        (f"{letters[:2]}62 {letters[2:]}", "Vehicle", f"{letters[:2]}62 {letters[2:]}"), (f"G-{letters[:4]}", "Aircraft", f"G-{letters[:4]}"),
    ]  # fmt: skip
    text, truth = "", []
    for _ in range(draw.randrange(1, 4)):
        text += draw.choice(_NOISE) + " "
        written, kind, value = draw.choice(kinds)
        truth.append((kind, len(text), len(text) + len(written), value))
        text += written + draw.choice([" ", ", ", "! ", "\n"])
    return text + draw.choice(_NOISE), truth


def test_planted_things_are_found_and_nothing_else() -> None:
    draw = random.Random(7)
    met = wanted = told = 0
    for _ in range(2_000):
        text, truth = _planted(draw)
        found = {(f.kind, f.start, f.end): f.caption for _, f in findings(text, AROUND)}
        right = [t for t in truth if t[:3] in found and t[3] in ("", found[t[:3]])]
        met, wanted, told = met + len(right), wanted + len(truth), told + len(found)
    precision, recall = met / told, met / wanted
    print(f"planted {wanted:,}: precision {precision:.4f}, recall {recall:.4f}")
    assert precision >= 0.99
    assert recall >= 0.98


def test_derived_mentions_stand_in_the_record_of_their_text() -> None:
    told = golden("discord/guild_general.json")
    rec = next(r["rec"] for r in told.records if r["locator"] == "7002")
    body = next(t["body"] for t in told.texts if t["rec"] == rec)
    found = {m["slot"]: m for m in told.mentions if m["rec"] == rec and m["derived_by"]}
    assert {slot: (m["kind"], m["keys"], m["derived_by"]) for slot, m in found.items()} == {
        "text@5": ("Phone", ["phone:+447700900123"], "phones 4"),
        "text@26": ("Email", ["email:harrow.k@mail.example"], "emails 2"),
    }, "@The Boss is the account that the message itself names"
    links = [
        x for x in told.links if x["rec"] == rec and x["kind"] == "MENTIONS" and x["to_slot"] == "text@5"
    ]
    assert [(x["from_slot"], x["valid_from"]) for x in links] == [
        ("author", "2026-08-30T08:01:00.123000Z"),
        ("room", "2026-08-30T08:01:00.123000Z"),
    ]
    assert links[0]["props"] == {"text": "text", "start": 5, "end": 17, "confidence": 0.6}
    assert body[5:17] == "07700 900123"
    assert not any(m["derived_by"] for m in told.mentions if m["slot"].startswith("file"))
