"""Platforms as people call them, and their pages that are somebody's: for handles (handles.py, profiles.py)."""

from __future__ import annotations

import re
from typing import Final

PLATFORMS: Final = {
    "discord": "discord", "facebook": "facebook", "fb": "facebook", "ig": "instagram", "insta": "instagram",
    "instagram": "instagram", "kik": "kik", "reddit": "reddit", "signal": "signal", "skype": "skype", "snap": "snapchat",
    "snapchat": "snapchat", "telegram": "telegram", "tg": "telegram", "threema": "threema", "tiktok": "tiktok",
    "twitch": "twitch", "twitter": "twitter", "wechat": "wechat", "wickr": "wickr",
}  # fmt: skip
"""What stands beside a handle -> the platform, named as phone books name it (ingest/helpers/vcard_values.py)."""

_NAMES: Final = "|".join(sorted(PLATFORMS, key=len, reverse=True))
BEFORE: Final = re.compile(
    # "x" alone is a kiss: with its colon it is a platform.
    rf"(?<![\w@./-])(?:(?P<said>{_NAMES})(?:\s*[:=–-]|(?:\s+(?:handle|name|user(?:name)?|id))?(?:\s+is)?\s*:?)|x\s*:)\s*\(?$",
    re.IGNORECASE,
)
"""A platform right before a handle with its @."""
AFTER: Final = re.compile(rf"\s+(?:\(|on\s+(?:my\s+)?)(?P<said>{_NAMES})(?!\w)", re.IGNORECASE)
"""A platform right behind one: "@kit on insta"."""
LABELLED: Final = re.compile(
    # A name that no word is, or one that nothing follows: "tg: call me later" names nobody.
    rf"(?<![\w@./-])(?P<said>{'|'.join(n for n in _NAMES.split('|') if n not in ('signal', 'discord'))})\s?[:=]\s?"
    r"(?P<handle>[a-z](?=\w*[0-9_])\w{0,38}(?![\w@/:]|\.\w)|[a-z]\w{0,28}(?:\.\w{1,28}){1,3}(?![\w@/:])|[a-z]{1,30}(?=\s*(?:$|[\n,;|)])))",
    re.IGNORECASE,
)
"""A handle without its @ behind a platform and a colon."""


def platform_of(match: re.Match[str]) -> str:
    """The platform that a match of one of these forms says."""
    return PLATFORMS[match["said"].lower()] if match["said"] else "twitter"
