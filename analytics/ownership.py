"""Who owns and controls a company, up to where the register ends, and what it owns and controls itself.

Over CONTROLS links, whose properties state bands of percent with exclusive lower bounds ("more than 50% but less than
75%": companies-house/enumerations/psc_descriptions.yml in the register's published constants). Two readings:

* *Economic interest*: along a chain the share bands multiply, and the chains from one end to the other add up
  (never above 100). A chain never meets the same entity twice, so a ring of companies that own each other counts
  once and not to infinity; each ring is listed as a cycle, and a band that goes through one is a floor at both ends.
  A chain with a step whose shares the register does not state has no product: it is counted as unstated.
* *Control*: a chain whose every step is a majority: more than 50 % of the shares or of the votes, or the right to
  appoint and remove directors. Minorities that one controller holds through several chains are not added up.

Without view.valid only current episodes count: one with valid_to, or that says it ceased, is past. With view.valid,
those in force on that day; one that ceased on an unknown day is past then too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from graph.model import Entity, Episode, Link, Truncation, View
from graph.ontology import ontology
from graph.reading import Graph
from graph.reading.cursors import at_least

CONTROLS = "CONTROLS"
MAX_CHAINS = 20_000
"""Chains followed on each side before the sums are cut, and say so: dense holdings have exponentially many."""

_MAJORITY = 50.0

Reason = Literal[
    "PERSON",
    "PROTECTED_PERSON",
    "NOT_ON_REGISTER",
    "UNMATCHED",
    "STATEMENT",
    "EXEMPT",
    "NONE_STATED",
    "MAX_DEPTH",
]


class Band(NamedTuple):
    """Percent: more than `least` (0: from nothing), at most `most`."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Stake:
    """What one controller holds in one company now, by its current episodes together (the highest band each).

    majority: the rights ("shares", "votes", "directors") that alone are a majority."""

    controller: Entity
    company: Entity
    link: Link
    shares: Band | None
    votes: Band | None
    appoints_directors: bool
    significant_influence: bool
    majority: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interest:
    """What one entity comes to, over all chains. depth: steps of the shortest chain. shares: the sum over the
    `chains` with stated shares, None without one; unstated: how many others. control: the shortest majority
    chain, from the controller down, () when there is none."""

    entity: Entity
    depth: int
    shares: Band | None
    chains: int
    unstated: int
    control: tuple[Stake, ...]


@dataclass(frozen=True, slots=True)
class End:
    """Where chains end, and why: at a person; where they leave the register (its particulars are protected, or it
    is no company of the register: detail says where it is registered, when stated; or it is said to be one, but number
    and name, of which detail is the number, fit none that is held: its `decisions` may propose one); at a company with a statement
    or exemption (detail: its code) or nothing at all instead of controllers; at the depth asked for."""

    entity: Entity
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Structure:
    """One side of a company. stakes and interests: by depth, then id. cycles: each member controls the next and the
    last the first; the lowest id first. past: links none of whose episodes is current."""

    stakes: tuple[Stake, ...]
    interests: tuple[Interest, ...]
    ends: tuple[End, ...]
    cycles: tuple[tuple[Entity, ...], ...]
    past: tuple[Link, ...]
    truncated: tuple[Truncation, ...]


@dataclass(frozen=True, slots=True)
class Ownership:
    """A company between its owners (up) and what it owns (down); a side that was not asked for is None."""

    company: Entity
    up: Structure | None
    down: Structure | None


def ownership(
    graph: Graph,
    view: View,
    company_id: bytes,
    *,
    direction: Literal["up", "down", "both"] = "both",
    max_depth: int = 10,
    limit: int = 500,
) -> Ownership | None:
    """The ownership of a company, or of any entity; None when it is unknown.

    max_depth: steps followed on each side. limit: entities on each side, and controllers or companies of each."""
    at_least("maxDepth", max_depth, 1)
    at_least("limit", limit, 1)
    company = graph.entity(view, company_id)
    if company is None:
        return None
    up = _structure(graph, view, company, True, max_depth, limit) if direction != "down" else None
    down = _structure(graph, view, company, False, max_depth, limit) if direction != "up" else None
    return Ownership(company, up, down)


@dataclass(slots=True)
class _Found:
    """What was fetched of one side. near: stakes by the entity they were followed from."""

    entities: dict[bytes, Entity]
    depth: dict[bytes, int]
    near: dict[bytes, list[Stake]] = field(default_factory=dict)
    past: dict[str, Link] = field(default_factory=dict)
    unfollowed: set[bytes] = field(default_factory=set)
    truncated: list[Truncation] = field(default_factory=list)


def _structure(graph: Graph, view: View, company: Entity, up: bool, max_depth: int, limit: int) -> Structure:
    found = _fetch(graph, view, company, up, max_depth, limit)
    sums, cycles = _chains(found, company.id, up, max_depth)
    control = _majorities(found, company.id, up)
    order = sorted(found.depth.items(), key=lambda item: (item[1], item[0]))
    interests = tuple(
        Interest(found.entities[mid], depth, *sums[mid].answer(), control.get(mid, ()))
        for mid, depth in order
        if mid != company.id and mid in sums
    )
    ends = tuple(_ends(graph, view, found, [mid for mid, _ in order])) if up else ()
    rings = tuple(tuple(found.entities[mid] for mid in ring) for ring in sorted(cycles))
    stakes = tuple(stake for mid, _ in order for stake in found.near.get(mid, ()))
    past = tuple(link for _, link in sorted(found.past.items()))
    return Structure(stakes, interests, ends, rings, past, tuple(found.truncated))


def _fetch(graph: Graph, view: View, company: Entity, up: bool, max_depth: int, limit: int) -> _Found:
    """The stakes above or below a company, level by level: one `expand` each."""
    found = _Found({company.id: company}, {company.id: 0})
    level: list[bytes] = [company.id]
    depth = 0
    while level and depth < max_depth:
        depth += 1
        reached: dict[bytes, Entity] = {}
        for around in graph.expand(view, level, link_kinds=[CONTROLS], per_kind_limit=limit):
            found.near[around.entity.id] = []
            found.truncated += [
                Truncation("limit", limit, count.next)
                for count in around.counts
                if count.next is not None and (count.direction == "IN") == up
            ]
            for link in around.links:
                if (link.target if up else link.source).id == around.entity.id:
                    _take(found, around.entity, link, up, view.valid is not None, reached)
        new = [mid for mid in sorted(reached) if mid not in found.depth]
        room = limit - (len(found.depth) - 1)
        if len(new) > room:
            found.truncated.append(Truncation("limit", limit, None))
        level = new[:room]
        found.depth |= dict.fromkeys(level, depth)
        found.entities |= {mid: reached[mid] for mid in new}
    found.unfollowed = {mid for mid in found.depth if mid not in found.near}
    return found


def _take(
    found: _Found, entity: Entity, link: Link, up: bool, dated: bool, reached: dict[bytes, Entity]
) -> None:
    current = [episode for episode in link.episodes if in_force(episode, dated)]
    if not current:
        found.past[link.id] = link
        return
    other = link.source if up else link.target
    found.near[entity.id].append(stake_of(link, current))
    reached[other.id] = other


def in_force(episode: Episode, dated: bool) -> bool:
    """Whether an episode counts. dated: the view has a day, so that its store gives no others than in force then."""
    ceased = dict(episode.properties).get("ceased") is True
    return episode.valid_to is not None or not ceased if dated else episode.valid_to is None and not ceased


def stake_of(link: Link, episodes: Sequence[Episode]) -> Stake:
    """What a CONTROLS link amounts to by some of its episodes together."""
    props = [dict(episode.properties) for episode in episodes]
    shares, votes = _band(props, "share"), _band(props, "vote")
    appoints = any(each.get("appoints_directors") is True for each in props)
    rights = {
        "shares": shares is not None and shares.least >= _MAJORITY,
        "votes": votes is not None and votes.least >= _MAJORITY,
        "directors": appoints,
    }
    influence = any(each.get("significant_influence") is True for each in props)
    majority = tuple(name for name, held in rights.items() if held)
    return Stake(link.source, link.target, link, shares, votes, appoints, influence, majority)


def _band(props: Sequence[dict[str, object]], name: str) -> Band | None:
    """The highest band stated: several may or may not be of the same shares."""
    bands = [
        (float(str(each[f"{name}_min"])), float(str(each[f"{name}_max"])))
        for each in props
        if f"{name}_min" in each and f"{name}_max" in each
    ]
    return Band(*max(bands)) if bands else None


@dataclass(slots=True)
class _Sum:
    """An interest adding up, in parts of one."""

    least: float = 0.0
    most: float = 0.0
    chains: int = 0
    unstated: int = 0

    def add(self, product: tuple[float, float] | None) -> None:
        if product is None:
            self.unstated += 1
        else:
            self.chains += 1
            self.least += product[0]
            self.most += product[1]

    def answer(self) -> tuple[Band | None, int, int]:
        """(band in percent, chains, unstated). Rounded where binary fractions end to be exact."""
        if not self.chains:
            return None, 0, self.unstated
        least, most = (round(100 * min(part, 1.0), 9) for part in (self.least, self.most))
        return Band(least, most), self.chains, self.unstated


def _chains(
    found: _Found, start: bytes, up: bool, max_depth: int
) -> tuple[dict[bytes, _Sum], set[tuple[bytes, ...]]]:
    """Every chain from the company, each adding its product to the entity that it ends at; and the cycles met."""
    sums: dict[bytes, _Sum] = {}
    cycles: set[tuple[bytes, ...]] = set()
    followed = 0
    for path, stake, product in _walk(found, start, up, max_depth):
        other = (stake.controller if up else stake.company).id
        if other in path:
            cycles.add(_ring(path[path.index(other) :], up))
            continue
        if followed == MAX_CHAINS:
            found.truncated.append(Truncation("maxChains", MAX_CHAINS, None))
            break
        followed += 1
        sums.setdefault(other, _Sum()).add(product)
    return sums, cycles


def _walk(
    found: _Found, start: bytes, up: bool, max_depth: int
) -> Iterator[tuple[list[bytes], Stake, tuple[float, float] | None]]:
    """(the entities passed, the step taken from the last of them, the product of all steps), depth first by id."""
    path: list[bytes] = [start]
    products: list[tuple[float, float] | None] = [(1.0, 1.0)]
    steps = [iter(found.near.get(start, ()))]
    while steps:
        stake = next(steps[-1], None)
        if stake is None:
            steps.pop()
            path.pop()
            products.pop()
            continue
        other = (stake.controller if up else stake.company).id
        if other not in found.depth:
            continue
        so_far, band = products[-1], stake.shares
        product = so_far and band and (so_far[0] * band.least / 100, so_far[1] * band.most / 100)
        yield path, stake, product
        if other not in path and len(path) < max_depth:
            path.append(other)
            products.append(product)
            steps.append(iter(found.near.get(other, ())))


def _ring(members: list[bytes], up: bool) -> tuple[bytes, ...]:
    """A cycle from its lowest id, each controlling the next: going up, the walk met them the other way round."""
    ring = members[::-1] if up else members
    first = ring.index(min(ring))
    return (*ring[first:], *ring[:first])


def _majorities(found: _Found, start: bytes, up: bool) -> dict[bytes, tuple[Stake, ...]]:
    """The shortest majority chain to each entity that has one, from the controller down; ties by id."""
    chains: dict[bytes, tuple[Stake, ...]] = {start: ()}
    level = [start]
    while level:
        reached: list[bytes] = []
        for mid in level:
            for stake in found.near.get(mid, ()):
                other = (stake.controller if up else stake.company).id
                if stake.majority and other not in chains and other in found.depth:
                    chains[other] = (stake, *chains[mid]) if up else (*chains[mid], stake)
                    reached.append(other)
        level = sorted(reached)
    return chains


def _ends(graph: Graph, view: View, found: _Found, order: Sequence[bytes]) -> Iterator[End]:
    """Why the chains stop at each entity without current controllers."""
    tops = [found.entities[mid] for mid in order if not found.near.get(mid)]
    for entity, values in zip(tops, graph.values_of_all(view, tops), strict=True):
        said: dict[str, set[str]] = {}
        for value in values.values:
            if view.valid is not None or value.valid_to is None:
                said.setdefault(value.property, set()).add(value.value)
        reason, detail = _why(entity, said, entity.id in found.unfollowed)
        yield End(entity, reason, ", ".join(sorted(detail)))


def _why(entity: Entity, said: dict[str, set[str]], unfollowed: bool) -> tuple[Reason, set[str]]:
    if entity.kind == "Person":
        return ("PROTECTED_PERSON" if "true" in said.get("protected", ()) else "PERSON"), set()
    number = ontology().identifiers["company_number"].key("")
    if not any(key.startswith(number) for group in entity.groups for key in group.keys):
        if entity.kind == "Company":  # a body is called so when it is said to be on the register
            return "UNMATCHED", said.get("stated_registration_number", set())
        named = ("country_registered", "place_registered", "legal_form")
        return "NOT_ON_REGISTER", next((said[name] for name in named if name in said), set())
    if unfollowed:
        return "MAX_DEPTH", set()
    if "psc_exemption" in said:
        return "EXEMPT", said["psc_exemption"]
    if "psc_statement" in said:
        return "STATEMENT", said["psc_statement"]
    return "NONE_STATED", set()
