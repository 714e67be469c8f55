"""Phone books (formats.md 4.5)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import Refused
from ingest.helpers.owner import Owner, owner_of
from tests.golden import ROOT
from tests.ingest.formats.flight_goldens import golden, read
from tests.ingest.told import Told, outcomes, refused, told

ANDROID = "vcard/telephone_20260301.vcf"
APPLE = "vcard/telephone_20260302.vcf"
NEWEST = "vcard/telephone_20260303.vcf"


def card(*lines: str, version: str = "3.0") -> str:
    return "\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def keys(book: Told, kind: str) -> list[list[str]]:
    return [m["keys"] for m in book.mentions if m["kind"] == kind]


def test_a_text_in_base64_is_read_and_a_broken_one_leaves_the_rest() -> None:
    lines = (
        "FN;ENCODING=BASE64:U2VjcmV0IE5hbWU=",
        "",
        "TEL:07700 900333",
        "NOTE;ENCODING=B:not base64!x",
        "",
    )
    book = told(card(*lines, version="2.1"), "contacts.vcf")
    (person,) = [m for m in book.mentions if m["kind"] == "Person" and m["slot"] == "contact"]
    assert person["caption"] == "Secret Name"
    assert keys(book, "Phone") == [["phone:+447700900333"]]


def test_a_card_of_2_1_comes_to_its_hand_checked_values() -> None:
    book = golden(ANDROID)

    # 2.1: quoted-printable with soft breaks, bare types, a label beside its address, a base64 photo up to a blank line.
    assert book.records[0]["locator"] == "card 1"
    assert book.mention(0, "contact")["caption"] == "Zofia Łukowska"
    assert book.values(0, "contact", "name") == ["Zofia Łukowska", "Zofia Małgorzata Łukowska"]
    assert book.values(0, "contact", "surname") == ["Łukowska"]
    assert book.values(0, "contact", "forenames") == ["Zofia Małgorzata"]
    assert book.values(0, "contact", "birth_date") == ["1984-02-29"]
    assert book.mention(0, "phone")["keys"] == ["phone:+447700900123"]
    assert book.mention(0, "phone")["props"]["flags"] == [["phone:possible", "07700 900123"]]
    assert book.mention(0, "phone_3")["keys"] == [], "a short code is nobody's number"
    assert book.mention(0, "email")["props"]["email"] == [
        ["zofia.l@quillmere.example", "Zofia.L@Quillmere.example"]
    ]
    assert book.mention(0, "handle")["keys"] == ["handle:skype/zofia.l"]
    assert book.mention(0, "website")["keys"] == ["url:quillmere.example"]
    assert book.mention(0, "address")["keys"] == ["address:PO BOX 7 FLAT 2 14 TALLOW ROW EXETER EX4 2MP"]
    assert book.link(0, "WORKS_FOR")["props"] == {
        "title": "Dispatcher", "occupation": "Planning", "department": "Night desk",
    }  # fmt: skip
    assert [link["props"] for link in book.links if link["kind"] == "HAS_PHONE"][:2] == [
        {"type": "cell", "preferred": True},
        {"type": ["work", "fax"]},
    ]
    assert "/9j/4AAQ" in book.records[0]["raw"]
    assert "bytes of PHOTO left out" in book.records[0]["raw"]


def test_androids_own_properties_are_a_nickname_a_relative_and_a_day() -> None:
    book = golden(ANDROID)

    assert book.values(1, "contact", "nickname") == ["Bea"]
    assert book.values(1, "contact", "anniversary") == ["1979-06-02"]
    assert book.values(1, "related_1", "name") == ["Ted Larkmoor"]
    assert book.link(1, "RELATED_TO")["props"] == {"type": "spouse"}


def test_a_card_of_3_0_comes_to_its_hand_checked_values() -> None:
    book = golden(APPLE)

    # 3.0: escapes, Apple's groups with labels, WhatsApp's own number, a year that means none.
    assert book.values(0, "contact", "nickname") == ["Otts", "The Vet"]
    assert book.values(0, "contact", "birthday") == ["04-15"]
    assert book.values(0, "contact", "anniversary") == ["2011-07-09"]
    assert book.values(0, "contact", "group") == ["Club", "Work"]
    assert book.values(0, "contact", "note") == ["Met at the Weir; owes me 40 ask Nell"]
    assert book.values(0, "contact", "phonetic_name") == ["Otto Vetsh"]
    assert book.values(0, "contact", "revised") == ["2026-03-02T08:00:00Z"]
    assert book.values(0, "address", "line_1") == ["9 Candle Yard The Weir"]
    assert [m["keys"] for m in book.mentions if m["rec"] == 0 and m["kind"] == "Handle"] == [
        ["handle:skype/otto.vetch"],
        ["handle:twitter/ottovetch"],
    ]
    assert [link["props"] for link in book.links if (link["rec"], link["kind"]) == (0, "HAS_PHONE")] == [
        {"type": "mobile", "preferred": True},
        {"type": ["cell", "voice", "home", "whatsapp"]},
    ]
    assert book.link(0, "RELATED_TO")["props"] == {"type": "sister"}


def test_a_card_of_4_0_comes_to_its_hand_checked_values() -> None:
    book = golden(NEWEST)

    # 4.0: numbers as addresses, lists in quotes, partial dates, kinds, members.
    assert keys(book, "Phone")[:2] == [["phone:+447700900129"], ["phone:+442079460004"]]
    assert book.values(0, "contact", "birthday") == ["04-15"]
    assert book.values(0, "contact", "death_date") == ["2026-01"]
    assert book.values(0, "contact", "anniversary") == ["2009-08-08"]
    assert book.values(0, "contact", "gender") == ["F"]
    assert book.values(0, "contact", "geo") == ["50.7256,-3.5269"]
    assert book.mention(0, "handle")["keys"] == ["handle:xmpp/ines@chat.example"]
    assert book.mention(1, "handle")["keys"] == ["handle:mastodon/moss@social.example"]
    assert book.mention(3, "contact")["kind"] == "Organisation"
    assert book.link(0, "HAS_ADDRESS")["props"] == {"type": "home"}


def test_a_group_leads_to_the_cards_of_its_members() -> None:
    book = golden(NEWEST)

    assert book.mention(2, "contact")["kind"] == "Organisation"
    assert [link["from_slot"] for link in book.links if link["kind"] == "MEMBER_OF"] == [
        "member_1", "member_2", "member_3",
    ]  # fmt: skip
    assert book.mention(2, "member_1")["keys"] == book.mention(0, "contact")["keys"]
    assert book.mention(2, "member_2")["keys"] == book.mention(1, "contact")["keys"]
    assert book.mention(0, "related_1")["keys"] == book.mention(1, "contact")["keys"]
    assert book.mention(2, "member_3")["caption"] == "late@weir.example"


def test_what_a_contact_is_saved_as_is_the_owners_word_for_it() -> None:
    book = golden(ANDROID)

    assert [link["props"] for link in book.links if link["kind"] == "HAS_CONTACT"] == [
        {"saved_as": "Zofia Łukowska"}, {"saved_as": "Mum"}, {}, {"saved_as": "Ida Thorn"},
    ]  # fmt: skip
    assert {m["authority"] for m in book.mentions if m["slot"] == "contact" and m["caption"][0] != "+"} == {1}


def test_a_contact_without_a_name_is_a_bare_reference_shown_by_its_number() -> None:
    nameless = golden(ANDROID).mention(2, "contact")

    assert (nameless["caption"], nameless["authority"], nameless["names"]) == ("+447700900125", 2, [])


def test_an_emoji_is_a_name_and_a_firm_is_no_person() -> None:
    book = golden(APPLE)

    assert book.values(2, "contact", "name") == ["🚗🔑"]
    assert "surname" not in book.mention(2, "contact")["props"]
    assert (book.mention(1, "contact")["kind"], book.mention(1, "contact")["caption"]) == (
        "Organisation",
        "Bexmoor Cabs",
    )
    assert book.values(1, "contact", "name") == ["Bexmoor Cabs", "Bexmoor Cabs of Exeter"]
    assert book.values(1, "person", "name") == ["Sal Rudd"]
    assert book.link(1, "WORKS_FOR")["props"] == {"title": "Driver"}


@pytest.mark.parametrize(("name", "rec", "agent"), [(ANDROID, 3, "Sid Wren"), (APPLE, 2, "Pip Dray")])
def test_a_card_within_a_card_is_the_contacts_agent(name: str, rec: int, agent: str) -> None:
    book = golden(name)

    assert book.values(rec, "agent_contact", "name") == [agent]
    assert book.link(rec, "RELATED_TO")["props"] == {"type": "agent"}
    assert book.mention(rec, "agent_phone")["keys"][0].startswith("phone:+44")


def test_an_unnamed_owner_is_one_person_a_book_and_no_other_book_has_it(tmp_path: Path) -> None:
    book = golden(ANDROID)
    [key] = {m["keys"][0] for m in book.mentions if m["slot"] == "owner"}

    content = (ROOT / ANDROID).read_bytes()
    assert key == f"phone_book:/telephone_20260301.vcf {hashlib.sha256(content).hexdigest()[:16]}"
    assert {m["authority"] for m in book.mentions if m["slot"] == "owner"} == {2}
    assert {tuple(m["names"]) for m in book.mentions if m["slot"] == "owner"} == {()}
    named = told(card("FN:A"), "telephone_20260301.vcf", source="his telephone", named=True)
    assert named.mention(0, "owner")["keys"] == ["phone_book:his telephone/telephone_20260301.vcf"]


def test_two_telephones_books_of_one_file_name_are_two_and_so_are_two_of_one_owners_name() -> None:
    for owner in ("", "John Smith"):
        one, other = (told(card(f"FN:{name}"), "contacts.vcf", owner=owner) for name in "AB")
        keys = [book.mention(0, "owner")["keys"] for book in (one, other)]
        assert keys[0] != keys[1]
        assert told(card("FN:A"), "contacts.vcf", owner=owner).mention(0, "owner")["keys"] == keys[0]


def test_a_named_owner_has_a_name_numbers_and_one_book_in_all_files() -> None:
    owner = "Zo Elmwell +44 7700 900123 zo@elm.example"
    one = told(card("FN:A", "TEL:07700 900131") + card("FN:B"), "one.vcf", owner=owner)
    other = told(card("FN:A", "TEL:+447700900131"), "other.vcf", owner="07700900123, zo@elm.example")

    assert one.mention(1, "owner")["caption"] == "Zo Elmwell"
    assert one.values(1, "owner", "name") == ["Zo Elmwell"]
    assert one.mention(0, "owner_phone_1")["keys"] == ["phone:+447700900123"]
    assert one.mention(0, "owner_email_1")["keys"] == ["email:zo@elm.example"]
    assert [m for m in one.mentions if m["slot"] == "owner_phone_1" and m["rec"]] == [], "once a book"
    assert one.mention(0, "owner")["keys"] == other.mention(0, "owner")["keys"]
    assert one.records[0]["key"] == other.records[0]["key"]


@pytest.mark.parametrize(
    ("text", "owner", "key"),
    [
        ("", Owner("", (), ()), ""),
        ("Zo Elmwell", Owner("Zo Elmwell", (), ()), "ZO ELMWELL"),
        ("zo@elm.example, Zo", Owner("Zo", (), ("zo@elm.example",)), "zo@elm.example"),
        ("(020) 7946 0000", Owner("", ("(020) 7946 0000",), ()), "+442079460000"),
        ("Flat 12", Owner("Flat 12", (), ()), "FLAT 12"),
    ],
)
def test_an_owner_is_told_from_a_text(text: str, owner: Owner, key: str) -> None:
    assert owner_of(text) == owner
    assert owner.key == key


@pytest.mark.parametrize("text", ["Zo 07700 90", "Zo Elmwell, zo@", "+44 7700 90012345678"])
def test_an_owners_number_or_address_that_is_none_is_no_name(text: str) -> None:
    with pytest.raises(Refused, match="a name, a telephone number or an e-mail address"):
        owner_of(text)
    assert refused(card("FN:A"), "book.vcf", owner=text).startswith("--owner")


def test_two_numbers_in_one_property_are_two_and_what_a_telephone_dials_beside_one_is_none_of_it() -> None:
    book = told(
        card(
            "FN:A", "TEL:07700 900131 / 07700 900132", "TEL;TYPE=work:020 7946 0000p12", "TEL:#31#07700900133"
        ),
        "b.vcf",
    )

    assert keys(book, "Phone") == [
        ["phone:+447700900131"], ["phone:+447700900132"], ["phone:+442079460000"], ["phone:+447700900133"],
    ]  # fmt: skip
    assert [link["props"] for link in book.links if link["kind"] == "HAS_PHONE"] == [
        {}, {}, {"type": "work", "flags": ["phone:extension=12"]}, {},
    ]  # fmt: skip


def test_a_page_that_is_somebodys_is_the_handle_that_texts_name() -> None:
    book = told(
        card("FN:A", "URL:instagram.com/joe.b", "URL:https://a.example/", "URL:https://wa.me/447700900135"),
        "b.vcf",
    )

    assert keys(book, "Handle") == [["handle:instagram/joe.b"]]
    assert keys(book, "Website") == [["url:a.example"]]
    assert keys(book, "Phone") == [["phone:+447700900135"]]


def test_a_member_named_by_number_or_address_is_reached_by_it() -> None:
    lines = (
        "KIND:group",
        "FN:Crew",
        "MEMBER:tel:+44-7700-900134",
        "MEMBER:mailto:kit@mail.example",
        "MEMBER:urn:uuid:nobody",
    )
    book = told(card(*lines, version="4.0"), "b.vcf")

    assert sorted(
        (m["slot"], m["kind"], m["caption"], m["names"], m["keys"])
        for m in book.mentions
        if "member" in m["slot"]
    ) == [
        ("member_1", "Person", "+447700900134", [], []),
        ("member_1_phone", "Phone", "+447700900134", ["+447700900134"], ["phone:+447700900134"]),
        ("member_2", "Person", "kit@mail.example", [], []),
        ("member_2_email", "Email", "kit@mail.example", ["kit@mail.example"], ["email:kit@mail.example"]),
        ("member_3", "Person", "urn:uuid:nobody", [], []),
    ]
    assert [(x["from_slot"], x["to_slot"]) for x in book.links if x["kind"] in ("HAS_PHONE", "HAS_EMAIL")] == [
        ("member_1", "member_1_phone"), ("member_2", "member_2_email"),
    ]  # fmt: skip


def test_a_cards_key_is_its_uid_or_what_it_says_and_never_its_place() -> None:
    first = told(card("FN:A", "TEL:07700 900131") + card("UID:u1", "FN:B"), "book.vcf", named=True)
    again = told(
        card("UID:u1", "FN:Bea") + card("FN:A", "TEL:+44 7700 900131", "NOTE:new"), "book.vcf", named=True
    )

    assert [r["key"] for r in first.records] == ["book.vcf/A +447700900131", "book.vcf/uid/u1"]
    assert sorted(r["key"] for r in again.records) == sorted(r["key"] for r in first.records)


def test_cards_of_one_key_are_all_kept() -> None:
    book = told(
        card("FN:A") * 2 + card("UID:same", "FN:B") + card("UID:same", "FN:C"), "book.vcf", named=True
    )

    assert [r["key"] for r in book.records] == [
        "book.vcf/A", "book.vcf/A #2", "book.vcf/uid/same", "book.vcf/uid/same #2",
    ]  # fmt: skip


def test_a_uid_that_several_cards_have_joins_nobody() -> None:
    group = card("KIND:group", "FN:G", "MEMBER:same", version="4.0")
    book = told(card("UID:same", "FN:B") + card("UID:same", "FN:C") + group, "book.vcf")

    assert [m["keys"] for m in book.mentions if m["slot"] in ("contact", "member_1")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (card("FN:Zoë").encode("utf-8-sig"), "Zoë"),
        (card("FN:Zoë").encode("utf-16"), "Zoë"),
        (card("FN:Zoë").encode("cp1252"), "Zoë"),
        (card("FN;CHARSET=ISO-8859-15:Zoë €").encode("iso-8859-15"), "Zoë €"),
        (card("FN;CHARSET=nonsense:Zoë").encode(), "Zoë"),
        (card("FN;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB", version="2.1").encode(), "Zoë"),
        (card("FN;ENCODING=QUOTED-PRINTABLE:Zo=EB", version="2.1").encode(), "Zoë"),
        (card("FN:Zoë").replace("\n", "\r\n").encode(), "Zoë"),
        (card("FN:Zoë").replace("\n", "\r").encode(), "Zoë"),
        (card("FN:Zo", " ë").encode(), "Zoë"),
        (card("FN:Zo", " Elm", version="2.1").encode(), "Zo Elm"),
        (b"\n\n" + card("FN:Zo\xeb").encode().replace(b"BEGIN:VCARD", b"begin:vcard"), "Zoë"),
    ],
)
def test_a_name_is_read_whatever_wrote_it(content: bytes, name: str) -> None:
    assert told(content, "book.vcf").values(0, "contact", "name") == [name]


def test_bytes_that_are_not_utf8_are_told_and_flagged() -> None:
    book = told(card("FN:Zoë").encode("cp1252"), "book.vcf", named=True)

    assert book.staged.notes[0] == (
        "Cards with bytes that are not UTF-8, read as far as they are, or as Windows-1252: 1."
    )
    assert book.mention(0, "contact")["props"]["flags"] == [["card:not_utf8", None]]


@pytest.mark.parametrize(
    ("content", "kept", "reasons"),
    [
        (card("FN:A") + "BEGIN:VCARD\nFN:cut", 1, ["The file stops in the middle of the card."]),
        ("BEGIN:VCARD\nFN:open\n" + card("FN:A"), 1, ["Another card begins before this one ends."]),
        (card("FN:A") + "hello\nthere\n" + card("FN:B"), 2, ["The text stands between cards, and belongs to none."]),
        (card("FN:A") + card("PHOTO;ENCODING=b:AAAA"), 1, ["The card holds no name, and nothing by which anybody is reached."]),
        (card("FN:A") + card("NOTE:" + "x" * (5 << 20), "FN:B"), 1, ["It is longer than 4 MiB."]),
    ],
)  # fmt: skip
def test_a_bad_card_is_a_reject_and_the_good_ones_stay(content: str, kept: int, reasons: list[str]) -> None:
    book = told(content, "book.vcf", complete=True)

    assert (book.staged.kept, book.staged.rejected) == (kept, len(reasons))
    assert [r["reason"] for r in book.rejects] == reasons
    assert book.staged.snapshot == "NO", "what was rejected may be what seems missing"


def test_a_line_that_is_no_property_goes_on_from_the_one_before() -> None:
    book = told(card("FN:A", "NOTE:first", "second, unfolded"), "book.vcf")

    assert book.values(0, "contact", "note") == ["first second, unfolded"]
    assert "Lines that begin no property, taken as going on from the one before: 1." in book.staged.notes


def test_a_photo_of_any_size_costs_nothing() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\n ".join(["A" * 70] * 100_000)
    book = told(card("FN:A", photo, "TEL:07700 900131"), "book.vcf")

    assert len(book.records[0]["raw"]) < 200
    assert book.mention(0, "phone")["keys"] == ["phone:+447700900131"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the file is empty"),
        ("FN:A\nTEL:1\n", "no format knows this content"),
        ("[]", "an empty list"),
        ('BEGIN,VCARD\n"a","b"\n', "no format knows this content"),
    ],
)
def test_another_kind_of_file_is_refused(content: str, why: str) -> None:
    assert why in refused(content, "book.vcf")


def test_a_file_that_is_no_utf16_although_it_begins_so_is_refused() -> None:
    content = card("FN:A").encode("utf-16") + b"\x00"
    assert "begins as UTF-16 and is none" in refused(content, "book.vcf")


def test_properties_of_programs_unknown_are_counted() -> None:
    assert told(card("FN:A", "X-SHOE-SIZE:43", "X-EMPTY:"), "b.vcf").staged.leftovers == {"X-SHOE-SIZE": 1}


def test_a_day_that_somebody_named_is_kept_under_its_name() -> None:
    book = told(card("FN:A", "i1.X-ABDATE:2020-01-01", "i1.X-ABLabel:Parole", "BDAY:soon"), "b.vcf")
    assert book.mention(0, "contact")["props"]["flags"] == [
        ["birth_date:unreadable", "soon"],
        ["day:parole", "2020-01-01"],
    ]


_PIECES = st.sampled_from([
    b"BEGIN:VCARD", b"END:VCARD", b"VERSION:2.1", b"VERSION:4.0", b"FN:A", b"N:;;;;;;;", b"N:\\", b"TEL:", b"TEL;waid=1:2",
    b"AGENT:", b"AGENT:BEGIN:VCARD\\nFN:B\\nEND:VCARD", b" folded", b"", b"X", b":", b";:", b"item1.", b"a.b.C;D=E:F",
    b"PHOTO;ENCODING=b:AAAA", b"AAAA", b"NOTE;ENCODING=QUOTED-PRINTABLE:=", b"=E9=", b'ADR;LABEL="a:b:;;;', b"ADR:,,;\\,;;;;;;;;",
    b"BDAY:--", b"BDAY:--0230", b"BDAY:00000000", b"UID:urn:uuid:", b"MEMBER:urn:uuid:", b"RELATED:", b"IMPP:x:", b"URL::/",
    b"X-ANDROID-CUSTOM:vnd/relation;A;99", b"GEO:;", b"\xff\xfe\x00", b"ORG:;;", b"KIND:group", b"CATEGORIES:,,",
    b"X-SOCIALPROFILE;type=x:http://", b"REV:2026", b"ORG;X=:\\;\\,", b"FN;CHARSET=utf-16:a",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(_PIECES, max_size=14), end=st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_whatever_stands_in_a_book_every_card_is_kept_or_rejected(
    tmp_path: Path, lines: list[bytes], end: bytes
) -> None:
    path = tmp_path / "book.vcf"
    path.write_bytes(end.join((b"BEGIN:VCARD", b"FN:First", b"END:VCARD", *lines)))
    [book] = outcomes(path)
    assert isinstance(book, Told)
    assert book.staged.read == book.staged.kept + book.staged.rejected
    assert book.values(0, "contact", "name") == ["First"]
    assert len({r["key"] for r in book.records}) == book.staged.kept
    slots = {(m["rec"], m["slot"]) for m in book.mentions}
    assert len(slots) == len(book.mentions)
    ends = {(link["rec"], link[end_]) for link in book.links for end_ in ("from_slot", "to_slot")}
    assert ends <= slots


_IGNORED = {"VERSION", "PRODID", "PHOTO", "KEY", "X-ABADR", "LABEL"}
"""What is left out on purpose. A LABEL writes its address again."""


def test_an_extension_is_kept_with_the_contact_and_is_no_part_of_the_number() -> None:
    book = told(
        card(
            "FN:Ann", "TEL;VALUE=uri;TYPE=work:tel:+44-20-7946-0004;ext=12", "TEL:020 7946 0004 x13",
            "TEL:020 7946 0005", version="4.0",
        ),
        "book.vcf",
    )  # fmt: skip
    assert keys(book, "Phone") == [["phone:+442079460004"], ["phone:+442079460005"]]
    assert [link["props"] for link in book.links if link["kind"] == "HAS_PHONE"] == [
        {"type": "work", "flags": ["phone:extension=12", "phone:extension=13"]},
        {},
    ]


@pytest.mark.parametrize("name", [ANDROID, APPLE, NEWEST])
def test_every_property_is_seen_when_dropped(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    pieces = re.split(r"(?m)^(?=[A-Za-z0-9.-]+[;:])", text)
    whole = _facts(tmp_path / Path(name).name, pieces)
    unseen = set()
    for index, piece in enumerate(pieces):
        said = re.match(r"(?:\w+\.)?([A-Za-z-]+)", piece)
        if said is None or said[1] in ("BEGIN", "END") or piece.rstrip("\n;").endswith("N:"):
            continue
        if piece == "KIND:individual\n":
            # What a card without a KIND is, too.
            continue
        if _facts(tmp_path / Path(name).name, [*pieces[:index], *pieces[index + 1 :]]) == whole:
            unseen.add(said[1])
    assert unseen <= _IGNORED, name


def _facts(path: Path, pieces: list[str]) -> list[Any]:
    path.write_text("".join(pieces), encoding="utf-8", newline="")
    book = read(path)
    for row in book.records:
        row["raw"] = ""
    return [book.records, book.mentions, book.links, book.rejects]
