"""Watches and alerts as GraphQL types: what a reader wants to be told of, and what it was told."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

import strawberry

from analytics.alerts.base import Change
from analytics.alerts.delivery import Alert as AlertModel
from analytics.alerts.delivery import place, token
from api.schema.context import AsOf, Info, identifier_keys, mention_ids, view_of
from api.schema.entities import Entity, Link, Siblings
from api.schema.enums import EntityKind, LinkKind, names
from api.schema.paging import PageInfo, Total, Truncation, first_of
from api.schema.records import Texts
from api.schema.results import Label, Statement, UserError
from api.service import Service
from graph.errors import ClewError, InvalidValue, NotHeld
from graph.model import Link as LinkModel
from graph.model import Mention, MentionId, Revision, View
from graph.model import Total as TotalModel
from graph.reading.links import between
from graph.reading.reading import Reading
from graph.watches import Watch as WatchModel
from graph.watches import owner_of

_LONGEST_NOTE = 1000


@strawberry.enum(
    description="CREATED: no link of that kind stood between the two. UPDATED: one did, and is said anew."
)
class AlertChange(Enum):
    CREATED = "CREATED"
    UPDATED = "UPDATED"


_CHANGES: Final[dict[AlertChange, Change]] = {AlertChange.CREATED: "CREATED", AlertChange.UPDATED: "UPDATED"}


@strawberry.input(
    description="What to watch: an entity by the id of any of its mentions, or a kind and an identifier, also one that nothing held has yet. linkKinds: only links of these kinds."
)
class WatchInput:
    entity: strawberry.ID | None = None
    kind: EntityKind | None = None
    identifier: str | None = None
    link_kinds: list[LinkKind] | None = None
    note: str = ""


@strawberry.type(
    description="Something you watch. since: alerts tell of the revisions after it. entity: where it lives now; null while nothing held is it."
)
class Watch:
    id: strawberry.ID
    kind: EntityKind | None
    identifier: str | None
    link_kinds: list[LinkKind]
    note: str
    since: int
    model: strawberry.Private[WatchModel]
    siblings: strawberry.Private[Siblings]

    @classmethod
    def of(cls, watch: WatchModel, siblings: Siblings) -> Watch:
        return cls(
            id=strawberry.ID(watch.id), kind=EntityKind[watch.kind] if watch.kind else None,
            identifier=watch.identifier or None, link_kinds=[LinkKind[name] for name in watch.link_kinds],
            note=watch.note, since=watch.since, model=watch, siblings=siblings,
        )  # fmt: skip

    @strawberry.field
    def entity(self) -> Entity | None:
        graph, view = self.siblings.service.graph, self.siblings.view
        held = next((found[0] for found in graph.by_identifier(view, self.model.keys) if found), None)
        if held is None and self.model.mention is not None:
            held = graph.entity(view, self.model.mention)
        return None if held is None else self.siblings.entity(held)


@strawberry.type(
    description="A watched entity gained a link, or one of its links is said anew, as you saw it at that revision. count: the mention links that are news; statements are the records that say them (of the first 100). token: to go on behind this alert (argument `after`)."
)
class Alert:
    id: strawberry.ID
    token: str
    revision: int
    rule: str
    change: AlertChange
    kind: LinkKind
    count: int
    model: strawberry.Private[AlertModel]
    near: strawberry.Private[Near]

    @strawberry.field(description="Your watches that it is about.")
    def watches(self) -> list[Watch]:
        return self.near.watches(self.model)

    @strawberry.field(description="The link, with all its episodes.")
    def link(self) -> Link | None:
        found, siblings = self.near.link(self.model)
        return None if found is None else Link.of(found, siblings)

    @strawberry.field(description="The records behind it.")
    def statements(self) -> list[Statement]:
        return self.near.statements(self.model)

    @strawberry.field(description="The names of their sources.")
    def sources(self) -> list[str]:
        return sorted({self.near.texts.source(record.source) for record in self.near.records(self.model)})

    @strawberry.field(description="Their labels.")
    def labels(self) -> list[Label]:
        labels = self.near.labels
        found = sorted({labels[record.label] for record in self.near.records(self.model)})
        return [
            Label(marking=one.marking, handling=one.handling, case=one.case, caveat=one.caveat)
            for one in found
        ]


@strawberry.type(description="One alert of a page.")
class AlertEdge:
    node: Alert
    cursor: str


@strawberry.type(
    description="Your alerts in order: by revision, then link. Alerts are only ever added, so a cursor goes on to what has come since. token: to be told from here on (subscription alerts). note: why there are none."
)
class AlertConnection:
    edges: list[AlertEdge]
    nodes: list[Alert]
    total_count: Total
    page_info: PageInfo
    truncated: list[Truncation]
    revision: int
    token: str
    note: str | None


@strawberry.type(description="What watch or unwatch came to: the watch, or the errors.")
class WatchPayload:
    watch: Watch | None
    user_errors: list[UserError]


class Near:
    """The alerts of one answer: what one of them is asked for is read for all of its revision.

    Everything is read at the alert's revision, as the view's reader sees it."""

    def __init__(self, service: Service, view: View, owner: str, alerts: Iterable[AlertModel]) -> None:
        self.service, self.view, self.owner = service, view, owner
        ledger = service.directory.ledger
        self.labels = dict(ledger.labels())
        self._alerts: dict[Revision, list[AlertModel]] = {}
        for alert in alerts:
            self._alerts.setdefault(alert.revision, []).append(alert)
        self._siblings: dict[Revision, Siblings] = {}
        self._links: dict[Revision, dict[str, LinkModel]] = {}
        self._records: dict[Revision, dict[bytes, Mention]] = {}
        self._watches: dict[str, WatchModel] | None = None
        self.texts = Texts(service)

    def all(self) -> list[Alert]:
        """The alerts as GraphQL has them, in their order."""
        return [self._alert(alert) for alerts in self._alerts.values() for alert in alerts]

    def _alert(self, alert: AlertModel) -> Alert:
        fired = alert.fired
        return Alert(
            id=strawberry.ID(f"{alert.revision}:{fired.key}"), token=alert.token, revision=alert.revision,
            rule=fired.rule, change=AlertChange[fired.change], kind=LinkKind[fired.kind], count=fired.count,
            model=alert, near=self,
        )  # fmt: skip

    def watches(self, alert: AlertModel) -> list[Watch]:
        if self._watches is None:
            self._watches = {
                watch.id: watch for watch in self.service.alerts.watches.of(self.owner, ended=True)
            }
        siblings = self._near(alert.revision)
        return [Watch.of(self._watches[id], siblings) for id in alert.fired.watches]

    def link(self, alert: AlertModel) -> tuple[LinkModel | None, Siblings]:
        if alert.revision not in self._links:
            self._links[alert.revision] = self._read_links(alert.revision)
        return self._links[alert.revision].get(alert.fired.key), self._near(alert.revision)

    def records(self, alert: AlertModel) -> list[Mention]:
        """A mention of each visible record behind an alert, by mention id."""
        if alert.revision not in self._records:
            self._records[alert.revision] = self._read_records(alert.revision)
        held = self._records[alert.revision]
        found = [held[tie.source] for tie in alert.fired.ties if tie.source in held]
        return list({(record.source, record.rec_key): record for record in found}.values())

    def statements(self, alert: AlertModel) -> list[Statement]:
        records = self.records(alert)
        for record in self._records[alert.revision].values():
            self.texts.want(record.revision, record.rec_key)
        return [Statement.of(record.mid, record, self.texts) for record in records]

    def _near(self, revision: Revision) -> Siblings:
        if revision not in self._siblings:
            self._siblings[revision] = Siblings(self.service, View(self.view.labels, revision), self.texts)
        return self._siblings[revision]

    def _read_links(self, revision: Revision) -> dict[str, LinkModel]:
        """The links of a revision's alerts by the alerts' keys: found by their ties, whose ends a reader who now sees
        less may see as other entities."""
        reading = Reading(self.service.store, View(self.view.labels, revision))
        alerts = self._alerts[revision]
        ends = [
            (alert, next(tie for tie in alert.fired.ties if tie.label in self.view.labels))
            for alert in alerts
        ]
        mids = [mid for _, tie in ends for mid in (tie.source, tie.target)]
        entities = dict(zip(mids, reading.resolve(mids), strict=True))
        pairs = {}
        for alert, tie in ends:
            start, end = entities[tie.source], entities[tie.target]
            if start is not None and end is not None:
                pairs[alert.fired.key] = (alert.fired.kind, start, end)
        found = {link.id: link for link in between(reading, [pair[1:] for pair in pairs.values()])}
        keyed = {key: found.get(f"{kind}:{a.id.hex()}:{b.id.hex()}") for key, (kind, a, b) in pairs.items()}
        return {key: link for key, link in keyed.items() if link is not None}

    def _read_records(self, revision: Revision) -> dict[bytes, Mention]:
        ids = {tie.source for alert in self._alerts[revision] for tie in alert.fired.ties}
        rows = self.service.store.mentions(View(self.view.labels, revision), ids=sorted(ids))
        return {row.mid: row for row in rows}


def watches(info: Info, as_of: AsOf | None = None) -> list[Watch] | None:
    """The watches of the reader who asks."""
    service, view = info.context.service, view_of(info, as_of)
    siblings = Siblings(service, view)
    found = service.alerts.watches.of(
        owner_of(info.context.scope), None if as_of is None or as_of.known is None else view.revision
    )
    return [Watch.of(watch, siblings) for watch in found]


def alerts(
    info: Info,
    first: int = 100,
    after: str | None = None,
    since: int = 0,
    change: AlertChange | None = None,
    as_of: AsOf | None = None,
) -> AlertConnection | None:
    """The alerts of the reader who asks."""
    service, view, owner = info.context.service, view_of(info, as_of), owner_of(info.context.scope)
    limit = first_of(first)
    if since < 0:
        raise InvalidValue("since", since, "0 or more")
    begin = (min(since, 2**62), "~") if after is None else place(after)
    outbox = service.alerts.outbox
    only: Change | None = None if change is None else _CHANGES[change]
    got = outbox.alerts(owner, view.labels, view.revision, begin, limit + 1, only)
    total = outbox.count(owner, view.labels, view.revision, min(since, 2**62), only)
    shown = got[:limit]
    nodes = Near(service, view, owner, shown).all()
    cut = [Truncation(by="first", limit=limit, next=shown[-1].token)] if len(got) > limit else []
    worked_out = min(view.revision, service.alerts.head())
    return AlertConnection(
        edges=[AlertEdge(node=node, cursor=node.token) for node in nodes], nodes=nodes,
        total_count=Total.of(TotalModel(total)), truncated=cut,
        page_info=PageInfo.of(cut, shown[-1].token if shown else None), revision=view.revision,
        token=shown[-1].token if cut else max(token(worked_out), after or "", key=_reach),
        note=None if total else _why_none(service, owner),
    )  # fmt: skip


def _reach(text: str) -> tuple[int, str]:
    return place(text) if text else (-1, "")


def _why_none(service: Service, owner: str) -> str:
    if not service.alerts.watches.of(owner, ended=True):
        return "You watch nothing yet: see the mutation watch."
    return "Nothing that you watch has gained a link since."


def watch(info: Info, input: WatchInput) -> WatchPayload:
    """Watch an entity or an identifier from now on."""
    service, scope = info.context.service, info.context.scope
    view = service.view(scope)
    try:
        mention, keys = _target(info, view, input)
        if len(input.note) > _LONGEST_NOTE:
            raise _Argument(
                "note",
                InvalidValue("note", f"{len(input.note)} characters", f"at most {_LONGEST_NOTE} characters"),
            )
    except _Argument as error:
        return _failed(error.error, [error.name])
    made = service.alerts.watches.add(
        owner_of(scope), view.revision, mention=mention, keys=keys, kind=input.kind.value if input.kind else "",
        identifier=(input.identifier or "").strip(), link_kinds=names(input.link_kinds), note=input.note,
    )  # fmt: skip
    return WatchPayload(watch=Watch.of(made, Siblings(service, view)), user_errors=[])


def unwatch(info: Info, id: strawberry.ID) -> WatchPayload:
    """End a watch; its alerts stay."""
    service, scope = info.context.service, info.context.scope
    view = service.view(scope)
    try:
        ended = service.alerts.watches.end(owner_of(scope), str(id), view.revision)
    except ClewError as error:
        return _failed(error, ["id"])
    return WatchPayload(watch=Watch.of(ended, Siblings(service, view)), user_errors=[])


class _Argument(Exception):
    """An error of one argument."""

    def __init__(self, name: str, error: ClewError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def _target(info: Info, view: View, given: WatchInput) -> tuple[MentionId | None, list[str]]:
    """(the mention, the identifier keys) that a watch is to hang on."""
    if given.entity is not None:
        if given.identifier is not None or given.kind is not None:
            raise _Argument("entity", InvalidValue("entity", given.entity, "given without an identifier"))
        return _mention(info.context.service, view, given.entity), []
    if given.identifier is None or given.kind is None:
        missing = "identifier" if given.identifier is None else "kind"
        raise _Argument(missing, InvalidValue(missing, None, "given: an entity, or a kind and an identifier"))
    try:
        keys = identifier_keys(given.kind.value, given.identifier)
    except InvalidValue as error:
        raise _Argument("kind" if error.type_name == "kind" else "identifier", error) from error
    # One that is no key of what states it (a registration, beside an address) is found as the query `entity` does.
    from api.schema.root import holder

    stating = holder(info, view, given.kind.value, given.identifier)
    held = any(info.context.service.graph.by_identifier(view, keys))
    return (None if stating is None or held else MentionId(stating.id)), keys


def _mention(service: Service, view: View, shown: str) -> MentionId:
    try:
        (mid,) = mention_ids([shown])
        if not service.graph.known(view, [mid]):
            raise NotHeld(f"There is no mention {shown}.", remedy="Give an id that an answer showed you.")
    except (InvalidValue, NotHeld) as error:
        raise _Argument("entity", error) from error
    return MentionId(mid)


def _failed(error: ClewError, path: list[str]) -> WatchPayload:
    return WatchPayload(watch=None, user_errors=[UserError(code=error.code, path=path, message=str(error))])
