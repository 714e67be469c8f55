"""Where options may stand on the command line: anywhere."""

from __future__ import annotations

import pytest

from api.cli import parser


@pytest.mark.parametrize(
    "arguments",
    [
        "watch add Phone 0123 --as anna --note why",
        "watch add --as anna Phone 0123 --note why",
        "watch --as anna add Phone --note why 0123",
        "watch --note why --as anna add Phone 0123",
        "watch add Phone --as anna 0123 --note=why",
    ],
)
def test_options_stand_anywhere_beside_what_is_watched(arguments: str) -> None:
    args = parser().parse_args(arguments.split())
    assert (args.verb, args.action, args.what) == ("watch", "add", ["Phone", "0123"])
    assert (args.reader, args.note, args.follow) == ("anna", "why", False)


def test_what_is_not_said_has_its_default() -> None:
    args = parser().parse_args(["watch", "--as", "anna"])
    assert (args.action, args.what, args.reader) == ("list", [], "anna")
    args = parser().parse_args(["ingest", "a", "--source", "s", "b"])
    assert (args.paths, args.source) == (["a", "b"], "s")
