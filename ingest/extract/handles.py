"""Handles: @names of the platform that is said beside them ("tg @kit", "@kit on insta"), else of the room's own; names
behind a platform and a colon ("snap: kit_7"); and Mastodon's, which name their server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import handle
from ingest.extract.base import Found, Setting
from ingest.extract.platforms import AFTER, BEFORE, LABELLED, platform_of

_FORM = re.compile(r"(?<![\w@./+-])@([^\W_][\w.-]{0,38}\w|[^\W_])")
_FEDIVERSE = re.compile(r"(?<![\w@./+-])@(?P<handle>\w[\w.-]{0,62}@[\w-]{1,63}(?:\.[\w-]{1,63})+)")
_REACH = 32
"""Characters before a handle in which its platform is looked for."""
_EVERYBODY = frozenset({"everyone", "here", "channel", "all"})
_NOBODY = frozenset(
    {
        "ask",
        "banned",
        "dead",
        "deleted",
        "down",
        "gone",
        "na",
        "no",
        "none",
        "nope",
        "ok",
        "same",
        "soon",
        "yeah",
        "yes",
    }
)
"""What is said of a platform where a name could stand."""


class Handles:
    name, version, rank = "handles", 3, 9
    hint = re.compile(r"@\w|\w ?[:=] ?\w")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FEDIVERSE.finditer(text):
            yield from _found(match.start(), match.end(), match["handle"], "mastodon", 0.7)
        for match in _FORM.finditer(text):
            said = BEFORE.search(text, max(0, match.start() - _REACH), match.start()) or AFTER.match(
                text, match.end()
            )
            platform = platform_of(said) if said else around.platform
            addressed = any(text.startswith(name, match.start(1)) for name in around.named if name)
            if platform and not addressed and match[1].lower() not in _EVERYBODY:
                yield from _found(match.start(), match.end(), match[1], platform, 0.85 if said else 0.8)
        for match in LABELLED.finditer(text):
            if match["handle"].lower() in _NOBODY:
                continue
            start, end = match.span("handle")
            sure = 0.5 if match["handle"].isalpha() else 0.7
            yield from _found(start, end, match["handle"], platform_of(match), sure)


def _found(start: int, end: int, written: str, platform: str, sure: float) -> Iterator[Found]:
    value = handle.key(platform, written)
    if value:
        values = {"handle": written, "platform": platform}
        yield Found(start, end, "Handle", value, values, sure, (f"handle:{value}",), (written,))


FINDER = Handles()
