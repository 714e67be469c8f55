"""Which format a file is, by its content: exactly one is sure, or the file is refused."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping

from graph.errors import Refused
from ingest.format import Format
from ingest.formats import formats

HEAD = 64 << 10
"""Bytes at a file's start that formats look at."""


_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SAYING = frozenset(
    {"error", "errors", "errorMessage", "error_description", "fault", "message", "statusCode"}
)
_BESIDE = frozenset(
    {"code", "status", "path", "timestamp", "requestId", "traceId", "type", "title", "detail"}
)
_NOTHING = re.compile(rb"(\xef\xbb\xbf)?\s*(\[\s*\]|\{\s*\})\s*")


def detect(head: bytes, name: str, among: Mapping[str, Format] | None = None) -> Format:
    """The one format that is sure of this file; raises Refused, naming the candidates, for none or several.

    head: the file's first 64 KiB. among: the formats to ask, all by default.
    """
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise Refused(f"{name}: the file is empty.")
    if _NOTHING.fullmatch(head):
        raise Refused(
            f"{name}: an empty {'object' if b'{' in head else 'list'}: there is nothing in it.",
            remedy="Say with --format whose it is to have it counted.",
        )
    known = formats() if among is None else among
    sure = [candidate for candidate in known.values() if candidate.sniff(head, name)]
    if len(sure) == 1:
        return sure[0]
    if sure:
        names = ", ".join(candidate.name for candidate in sure)
        raise Refused(f"{name}: could be {names}.", remedy="Say which with --format.")
    _text(head, name)
    if _PAGE.match(head):
        raise Refused(
            f"{name}: a web page, not data: what a site shows in a browser, or answers instead of what was asked.",
            remedy="Open it to see what it says, and get the data again.",
        )
    if told := _error(head):
        raise Refused(f"{name}: a service's answer that it has an error: {told}.", remedy="Ask it again.")
    raise Refused(f"{name}: no format knows this content.", remedy=f"Known are {', '.join(known)}.")


def _error(head: bytes) -> str | None:
    """What an object says that is nothing but an error, as services answer; None of anything else."""
    try:
        body = json.loads(head)
    except ValueError:
        return None
    if not isinstance(body, dict) or not body.keys() & _SAYING or not body.keys() <= _SAYING | _BESIDE:
        return None
    return ": ".join(str(value)[:200] for value in body.values() if value not in (None, "", [], {}))


def _text(head: bytes, name: str) -> None:
    """Raises Refused when these are not the first bytes of UTF-8 text, which all formats are."""
    if b"\0" in head:
        raise Refused(f"{name}: no format knows this content: it is not text.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        raise Refused(
            f"{name}: no format knows this content: it is not UTF-8 text.",
            remedy="Convert the file to UTF-8 and ingest it again.",
        ) from error
