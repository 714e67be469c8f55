"""A file is the one format that is sure of it, or is refused with the candidates named; registries are loud."""

from __future__ import annotations

from types import ModuleType

import pytest

from graph.errors import Refused
from ingest.detect import detect
from ingest.format import Input, Reading, Sink
from ingest.formats import collect, format_named, formats


class Starts:
    """A format that knows files by their first bytes."""

    title = "starts"

    def __init__(self, name: str, start: bytes) -> None:
        self.name, self._start = name, start

    def sniff(self, head: bytes, name: str) -> bool:
        return head.startswith(self._start)

    def read(self, file: Input, sink: Sink) -> Reading:
        return Reading(0, 0, 0, "clock")


TWO = {"one": Starts("one", b"a"), "two": Starts("two", b"ab")}


def test_the_one_that_is_sure_is_taken() -> None:
    assert detect(b"ax", "f", TWO).name == "one"


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        (b"abc", "f: could be one, two. Say which with --format."),
        (b"x", "f: no format knows this content. Known are one, two."),
        (b" \n", "f: the file is empty."),
        (b"\xef\xbb\xbf\n", "f: the file is empty."),
        (b'{"error": "rate limit"}', "f: a service's answer that it has an error: rate limit. Ask it again."),
        (
            b'{"statusCode": 429, "message": "Slow down"}',
            "f: a service's answer that it has an error: 429: Slow down. Ask it again.",
        ),
        (b'{"message": "x", "name": "Kit"}', "f: no format knows this content. Known are one, two."),
        (b"\x89PNG\0", "f: no format knows this content: it is not text."),
    ],
)
def test_otherwise_it_is_refused(head: bytes, complaint: str) -> None:
    with pytest.raises(Refused) as caught:
        detect(head, "f", TWO)
    assert str(caught.value) == complaint


def test_a_format_is_found_by_name_or_the_names_are_listed() -> None:
    assert format_named("companies-house-psc").name == "companies-house-psc"
    with pytest.raises(Refused, match=r"There are .*companies-house-basic"):
        format_named("companies-house")


def test_every_format_is_registered_under_its_own_name() -> None:
    assert all(found.name == name for name, found in formats().items())
    assert {
        "companies-house-basic",
        "companies-house-psc",
        "companies-house-officers",
        "companies-house-stream",
    } <= set(formats())


def _module(value: object) -> ModuleType:
    module = ModuleType("ingest.formats.some")
    if value is not None:
        module.FORMAT = value  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ([_module(None)], "does not end with FORMAT"),
        ([_module(object())], "lacks name, title, sniff, read"),
        ([_module(Starts("Some_Name", b""))], "not lower-case words with hyphens"),
        ([_module(Starts("some", b"")), _module(Starts("some", b""))], "already"),
    ],
)
def test_the_registry_is_loud_about_a_malformed_format(modules: list[ModuleType], complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        collect(modules)


ARBITRARY = [
    b"{}",
    b"[]",
    b"a,b,c\n1,2,3\n",
    b"hello",
    b"\x00\x01\x02",
    b"<xml/>",
    b'{"company_number":"1"}',
    b"DDDD",
    b"\xff\xfe",
    b"%PDF-1.4\r%\xe2\xe3\xcf\xd3\r\n1 0 obj",
    b"a,b\rc,d\re",
    "CompanyName,CompanyNumber\n".encode("utf-16"),
]


@pytest.mark.parametrize("content", ARBITRARY)
def test_no_format_is_sure_of_a_file_of_another_kind(content: bytes) -> None:
    assert [found.name for found in formats().values() if found.sniff(content, "f")] == []
