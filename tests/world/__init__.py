"""A seeded, made-up world of companies and flights, written in the registers' real formats with the truth beside it."""

from __future__ import annotations

from .generate import Summary, generate

__all__ = ["Summary", "generate"]
