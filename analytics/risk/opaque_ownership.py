"""Opaque or circular ownership: rings of control, chains that end at bodies off the register, many layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analytics.risk.base import RISING, Facts, Flags, Reason, given, rising
from graph.reading.columns import Ints

DEEPEST = 10
"""Steps of control that are followed upward, as `ownership` does by default."""


def opaque_ownership(facts: Facts, parameters: Mapping[str, float]) -> list[Reason]:
    """Of bodies. Controls in force now, as analytics/ownership.py reads them."""
    n, tie = facts.size, facts.ties["CONTROLS"]
    pairs = np.unique(tie.sources[tie.current] * max(n, 1) + tie.targets[tie.current])
    owners, owned = pairs // max(n, 1), pairs % max(n, 1)
    body = facts.of_kind("Company", "Organisation")
    ring_of, ring = _rings(n, owners, owned)
    controlled = np.zeros(n, np.bool_)
    controlled[owned] = True
    person = _reached(facts.of_kind("Person"), owners, owned)
    # A body is at the end of a chain when nobody held controls it; one without a register number is off the register.
    off = _reached(body & ~controlled & ~facts.on_register, owners, owned)
    layers = _layers(body, ring_of, owners, owned)
    opaque = body & off & ~person
    zero = np.zeros(n)
    return [
        Reason(
            "opaque_ownership.ring", "it is in a ring of companies that control each other", "ring * in_ring",
            np.where(body & ring, parameters["ring"], zero),
            {"in_ring": (body & ring).astype(np.float64), **given(parameters, "ring")},
            lambda position: [int(one) for one in np.flatnonzero((ring_of == ring_of[position]) & ring)] if ring[position] else [],
        ),
        Reason(
            "opaque_ownership.off_register", "its chains of control end at bodies off the register, and at no person",
            "off_register * ends_off_register_only", np.where(opaque, parameters["off_register"], zero),
            {"ends_off_register_only": opaque.astype(np.float64), **given(parameters, "off_register")},
            lambda position: _ends(position, body & ~controlled & ~facts.on_register, owners, owned) if opaque[position] else [],
        ),
        Reason(
            "opaque_ownership.layers", "bodies above it, one above the other",
            RISING.format(points="layers", value="bodies_above"),
            np.where(body, rising(layers.astype(np.float64), parameters, "layers"), zero),
            {"bodies_above": np.where(body, layers, 0).astype(np.float64), **given(parameters, "layers", "from", "full")},
        ),
    ]  # fmt: skip


def _rings(n: int, owners: Ints, owned: Ints) -> tuple[Ints, Flags]:
    """(the ring, or the thing alone, that each is in; whether that is a ring: of two or more, or controlling itself)."""
    graph = csr_array((np.ones(len(owners), np.int8), (owners, owned)), shape=(n, n))
    _, label = connected_components(graph, directed=True, connection="strong")
    ring = np.bincount(label, minlength=n)[label] > 1 if n else np.zeros(0, np.bool_)
    ring[owners[owners == owned]] = True
    return np.asarray(label, np.int64), ring


def _reached(above: Flags, owners: Ints, owned: Ints) -> Flags:
    """What has one of some above it, within DEEPEST steps; those themselves not counted for themselves."""
    reached = np.zeros(len(above), np.bool_)
    source = above.copy()
    for _ in range(DEEPEST):
        fresh = np.zeros(len(above), np.bool_)
        fresh[owned[source[owners]]] = True
        if not np.any(fresh & ~reached):
            break
        reached |= fresh
        source = above | reached
    return reached


def _layers(body: Flags, ring_of: Ints, owners: Ints, owned: Ints) -> Ints:
    """The longest chain of bodies above each, up to DEEPEST; a ring counts as what it hangs on, and not to infinity."""
    layers = np.zeros(len(body), np.int64)
    apart = body[owners] & body[owned] & (ring_of[owners] != ring_of[owned])
    top, below = owners[apart], owned[apart]
    rings = int(ring_of.max()) + 1 if len(ring_of) else 0
    for _ in range(DEEPEST):
        after = np.zeros(rings, np.int64)
        np.maximum.at(after, ring_of[below], layers[top] + 1)
        found = np.minimum(after[ring_of], DEEPEST) if rings else layers
        if np.array_equal(found, layers):
            break
        layers = found
    return layers


def _ends(position: int, ends: Flags, owners: Ints, owned: Ints) -> list[int]:
    """The ends that are above one entity, by position."""
    seen, level = {position}, {position}
    for _ in range(DEEPEST):
        here = np.isin(owned, sorted(level))
        level = {int(one) for one in owners[here]} - seen
        seen |= level
    return [one for one in sorted(seen - {position}) if ends[one]]
