"""A card's properties, to be taken by name, so that what nothing took is counted."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.helpers.vcard_lines import Card, Property
from ingest.helpers.vcard_values import label_of, plain


class Taking:
    """A card's properties, to be taken by name; what is left is counted."""

    def __init__(self, card: Card) -> None:
        self.version = card.version
        self._left: dict[str, list[Property]] = {}
        self._labels = {p.group: p.value for p in card.properties if p.name == "X-ABLABEL" and p.group}
        for found in card.properties:
            if not (found.name == "X-ABLABEL" and found.group):
                self._left.setdefault(found.name, []).append(found)

    def take(self, *names: str) -> list[Property]:
        """The properties of these names."""
        if self._left.keys().isdisjoint(names):
            return []
        return [found for name in names for found in self._left.pop(name, ())]

    def texts(self, *names: str) -> list[str]:
        """Their values without escapes, empty ones left out."""
        return [text for found in self.take(*names) if (text := plain(found.value, self.version))]

    def label(self, found: Property) -> str:
        """What Apple's book calls it in a property of the same group, "" without one."""
        return label_of(plain(self._labels.get(found.group, ""), self.version))

    def types(self, found: Property) -> list[str]:
        """What it is for: its types, and its label."""
        own = self.label(found)
        return [*found.types(), *([own] if own else [])]

    def leftovers(self) -> Iterator[str]:
        """The names of properties that nothing took and that say anything."""
        for name, found in self._left.items():
            yield from (name for each in found if each.value.strip())
