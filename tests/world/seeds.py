"""Seeded randomness: what a thing looks like depends on (seed, subject, index) and on nothing else."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b
from random import Random
from typing import Final

COMPANY: Final = 1
STATE: Final = 2
PERSON: Final = 3
HOME: Final = 4
BORROW: Final = 5
AGENT: Final = 6
FLIGHT: Final = 7
AIRCRAFT: Final = 8
NOISE: Final = 9
PARTY: Final = 10
CONTACT: Final = 11
BOOK: Final = 12
CHAT: Final = 13
SHOP: Final = 14
OWNER: Final = 15


def rng(seed: int, subject: int, index: int, slot: int = 0) -> Random:
    """A fresh generator for one thing; equal arguments give equal draws on every platform."""
    return Random((seed << 64) | (subject << 56) | (index << 16) | slot)


def token(*parts: object) -> str:
    """27 URL-safe characters, shaped like the register's own record ids."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=20).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def etag(*parts: object) -> str:
    """40 hex characters that change when any part changes."""
    return blake2b("|".join(map(str, parts)).encode(), digest_size=20).hexdigest()


def skewed(draw: Random, count: int, power: float = 1.7) -> int:
    """An index below `count`, small ones more often (as with common names)."""
    return int(count * draw.random() ** power)
