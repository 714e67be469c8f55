"""Addresses of web pages, in the form on which two ways to write one page meet."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from graph.errors import InvalidValue
from graph.values.base import ValueType

_LONGEST = 2_000
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://)?(?![0-9]{1,5}(?:[/?#]|$))", re.I)
_WEB = {"http": 80, "https": 443}
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_TOP = r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,63})"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.{_TOP}|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}")
_KEPT = "!$&'()*+,;=:@/%~?[]"


def clean(raw: str) -> str:
    """Host and page without scheme, "www.", user, usual port, fragment and last slash ("HTTP://www.A.org/" -> "a.org").

    The host is lower case, the page's case is kept. A page is a page by http and by https: only the web is read."""
    text = raw.strip().strip("<>").strip()
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else "https"
    if scheme not in _WEB or not text or len(text) > _LONGEST:
        raise _fault(raw)
    try:
        parts = urlsplit(f"{scheme}://{text[match.end() :] if match else text.removeprefix('//')}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise _fault(raw) from error
    host = host.removeprefix("www.") if host.count(".") > 1 else host
    if not _HOST.fullmatch(host) or any(c.isspace() for c in parts.path + parts.query):
        raise _fault(raw)
    shown = host if port in (None, *_WEB.values()) else f"{host}:{port}"
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return f"{shown}{quote(parts.path, safe=_KEPT).rstrip('/')}{query}"


def host(cleaned: str) -> str:
    """The host of a cleaned address ("a.org/x" -> "a.org"), without a port."""
    return re.split(r"[/?:]", cleaned, maxsplit=1)[0]


def _fault(raw: str) -> InvalidValue:
    return InvalidValue("url", raw[:80], "the address of a web page such as https://example.org/page")


def compare(a: str, b: str) -> float:
    """1.0 when equal, 0.5 for two pages of one host, else 0.0."""
    if a == b:
        return 1.0
    return 0.5 if host(a) == host(b) else 0.0


VALUE = ValueType("url", clean, compare)
