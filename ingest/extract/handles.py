"""Handles: @names of the room's own platform."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import handle
from ingest.extract.base import Found, Setting

_FORM = re.compile(r"(?<![\w@./+-])@([^\W_][\w.-]{0,38}\w|[^\W_])")
_EVERYBODY = frozenset({"everyone", "here", "channel", "all"})


class Handles:
    name, version, rank = "handles", 1, 9
    hint = re.compile(r"@\w")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        if not around.platform:
            return
        for match in _FORM.finditer(text):
            value = handle.key(around.platform, match[1])
            addressed = any(text.startswith(name, match.start(1)) for name in around.named if name)
            if value and not addressed and match[1].lower() not in _EVERYBODY:
                values = {"handle": match[1], "platform": around.platform}
                yield Found(
                    match.start(),
                    match.end(),
                    "Handle",
                    value,
                    values,
                    0.8,
                    (f"handle:{value}",),
                    (match[1],),
                )


FINDER = Handles()
