"""Pages that are somebody's handle or number: t.me/…, instagram.com/…, wa.me/…. Others stay web addresses (urls.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none, handle
from ingest.extract.base import Found, Setting

_FORM = re.compile(
    r"(?<![\w@./=&?%-])(?:https?://)?(?:www\.|m\.)?(?:"
    r"(?P<telegram>t\.me|telegram\.me)/(?:s/)?(?=\w*[a-z])|(?P<instagram>instagram\.com)/|(?P<twitter>twitter\.com|x\.com)/"
    r"|(?P<tiktok>tiktok\.com)/@|(?P<snapchat>snapchat\.com)/add/|(?P<whatsapp>wa\.me)/(?=\+?[0-9]{7,15}\b)"
    r")(?P<name>\+?[a-z0-9_](?:[\w.]{0,38}\w)?)/?(?:\?[^\s<>\"`|]*[\w=])?(?![\w@/+-])",
    re.IGNORECASE | re.ASCII,
)
_PARTS = frozenset(
    {"about", "accounts", "addstickers", "c", "direct", "explore", "hashtag", "help", "home", "i", "intent", "joinchat", "legal", "login", "p",
     "privacy", "proxy", "reel", "reels", "search", "settings", "share", "socks", "stories", "tv"}
)  # fmt: skip
"""Parts of these sites that are nobody's."""


def profile(text: str) -> tuple[str, str] | None:
    """(platform, name) of whose page a text is and nothing else: ("whatsapp", "+447700900123") of wa.me; None of any other."""
    match = _FORM.fullmatch(text.strip())
    return _whose(match) if match else None


def _whose(match: re.Match[str]) -> tuple[str, str] | None:
    platform = next(site for site, part in match.groupdict().items() if part and site != "name")
    name = match["name"]
    if platform == "whatsapp":
        return platform, f"+{name.removeprefix('+')}"
    return None if name.lower() in _PARTS or name.startswith("+") else (platform, name)


class Profiles:
    name, version, rank = "profiles", 1, 0
    hint = re.compile(r"(?i:\.me/|\.com/)")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            platform, name = _whose(match) or ("", "")
            if platform == "whatsapp":
                yield from _number(match, name)
                continue
            value = handle.key(platform, name) if name else None
            if value:
                values = {"handle": name, "platform": platform}
                yield Found(
                    match.start(), match.end(), "Handle", value, values, 0.9, (f"handle:{value}",), (name,)
                )


def _number(match: re.Match[str], written: str) -> Iterator[Found]:
    value = clean_or_none("phone", written)
    if value:
        yield Found(
            match.start(), match.end(), "Phone", value, {"phone": written}, 0.9, (f"phone:{value}",), (value,)
        )


FINDER = Profiles()
