"""The language of a text, by py3langid: "und" where it has fewer than three letters, or is told by less than even odds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from ingest.enrich.base import Derived, Unavailable

LETTERS: Final = 3
SURE: Final = 0.5
READ: Final = 2_000
"""Characters of a text that are looked at: more tell no more."""


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except (ImportError, OSError, AttributeError) as error:
        raise Unavailable(f"py3langid and its model cannot be loaded: {error}.") from error


class Language:
    name = property = "language"
    nothing, shared = "und", True

    def version(self) -> str:
        try:
            return f"language 1 (py3langid {version('py3langid')})"
        except PackageNotFoundError as error:
            raise Unavailable("py3langid is not installed.") from error

    def derive(self, bodies: Sequence[str]) -> list[Derived]:
        return [self._one(body[:READ]) for body in bodies]

    def _one(self, body: str) -> Derived:
        if sum(map(str.isalpha, body)) < LETTERS:
            return Derived(self.nothing, 1.0)
        value, likely = _identifier().classify(body)
        sure = round(float(likely), 3)
        return Derived(str(value), sure) if sure >= SURE else Derived(self.nothing, round(1 - sure, 3))


ENRICHER = Language()
