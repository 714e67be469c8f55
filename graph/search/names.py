"""Finding by name: candidates from the index, cut in a defined order, then ranked by likeness.

Nothing here may depend on what the reader cannot see, so nothing uses statistics of the corpus (no BM25, no
document frequency, no expansion limit), and nothing uses the order in which documents happen to lie: the score of a
constant clause ties by segment and position, and hidden documents move both. Instead candidates come in *tiers*
that look at the document and the query alone,

    1  a name has the query's tokens and no others, in any order
    2  every token of the query is there as it is written
    3  every token is there, or one like it: typos (text.typos), initials either way, the beginning of a number
       or of the last word
    4  (only when 1-3 give nothing) all but one token, or one like it

and in each tier by `key`, the id of the oldest mention, asked of Tantivy as an ordering by that field among the
documents the view sees. Ids are HMACs, so this is an even sample of a tier that is cut. The first CANDIDATES of
(tier, key) are ranked by text.likeness and shown by (score descending, caption, key); those under MIN_SCORE are not
alike and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import tantivy

from graph.model import Total, View
from graph.search.documents import Document, names_of
from graph.search.facets import fetch, top
from graph.search.files import Reader
from graph.search.filters import MUST, SHOULD, Q, all_of, any_of, kinds_term, visible
from graph.search.text import WEAK, folded, folded_name, likeness, typos, whole

CANDIDATES: Final = 1000
"""Documents ranked for one query; more than these and the answer says so."""

MIN_SCORE: Final = 60.0
"""Likeness, 0..100, under which a candidate is no hit."""

TEXT: Final = 256
"""Characters of a query that are read."""

TOKENS: Final = 12
"""Tokens of a query that candidates must hold: the longest, equal lengths in the order of the text."""

Place = tuple[float, str, bytes]
"""(score, caption, key) of a hit: the cursor after it."""


class Hit(NamedTuple):
    """A document that answers, with the name that does. score: 0..100 (text.likeness).

    anchor: the entity's id, None when the component is not plain: then key, its group's oldest mention, orders it."""

    comp: int
    grp: int | None
    anchor: bytes | None
    kind: str
    caption: str
    score: float
    name: str
    key: bytes

    @property
    def place(self) -> Place:
        return self.score, self.caption, self.key


class Hits(NamedTuple):
    """One page of hits. total: of all pages, a floor (GTE) when candidates were cut.

    candidate_limit_hit: more than CANDIDATES documents came into question. text_cut: the query was longer than
    TEXT characters or TOKENS tokens, and the rest of it chose no candidates."""

    hits: tuple[Hit, ...]
    total: Total
    candidate_limit_hit: bool = False
    text_cut: bool = False


NO_HITS: Final = Hits((), Total(0))


def find(
    reader: Reader, view: View, text: str, kinds: Sequence[str], limit: int, after: Place | None
) -> Hits:
    """Documents by name, of these kinds (none named: of all), those beyond `after` only.

    A text without a letter, digit or emoji finds nothing. One document is one hit, by its best name."""
    query = folded(text[:TEXT])
    tokens = list(dict.fromkeys(query.split()))
    if not tokens:
        return NO_HITS
    strong = [token for token in tokens if token not in WEAK] or tokens
    chosen = sorted(sorted(strong, key=len, reverse=True)[:TOKENS], key=strong.index)
    base = [*visible(reader.schema, view, reader.head), *kinds_term(reader.schema, kinds)]
    candidates, cut = _candidates(reader, base, query.split(), chosen)
    hits = sorted(
        (hit for hit in (_hit(doc, query) for doc in candidates) if hit.score >= MIN_SCORE), key=_order
    )
    total = Total(len(hits), "GTE" if cut else "EQ")
    if after is not None:
        hits = [hit for hit in hits if _order(hit) > (-after[0], after[1], after[2])]
    return Hits(tuple(hits[:limit]), total, cut, len(text) > TEXT or len(strong) > TOKENS)


def _candidates(
    reader: Reader, base: list[tantivy.Query], tokens: list[str], chosen: list[str]
) -> tuple[list[Document], bool]:
    """The first CANDIDATES visible documents by (tier, key), and whether there were others."""
    found: list[tantivy.DocAddress] = []
    before: list[tuple[tantivy.Occur, tantivy.Query]] = []
    for tier in _tiers(reader.schema, tokens, chosen):
        if tier.last_resort and found:
            break
        query = Q.boolean_query([(MUST, all_of([*base, tier.query])), *before])
        room = CANDIDATES - len(found)
        hits = top(reader, query, "key", room + 1, True)
        found += [at for _, at in hits[:room]]
        if len(hits) > room:
            return fetch(reader, found), True
        before.append((tantivy.Occur.MustNot, tier.query))
    return fetch(reader, found), False


class _Tier(NamedTuple):
    query: tantivy.Query
    last_resort: bool = False


def _tiers(schema: tantivy.Schema, tokens: list[str], chosen: list[str]) -> Iterator[_Tier]:
    yield _Tier(Q.term_query(schema, "whole", whole(tokens)))
    yield _Tier(all_of([Q.term_query(schema, "token", token) for token in chosen]))
    like = [any_of(list(_like(schema, token, last=token == tokens[-1]))) for token in chosen]
    yield _Tier(all_of(like))
    if len(like) > 1:
        most = Q.boolean_query([(SHOULD, query) for query in like], minimum_number_should_match=len(like) - 1)
        yield _Tier(most, last_resort=True)


def _like(schema: tantivy.Schema, token: str, *, last: bool) -> Iterator[tantivy.Query]:
    """Queries for documents with a token, or one that may be meant for it."""
    yield Q.term_query(schema, "token", token)
    if len(token) == 1:
        yield Q.term_query(schema, "initial", token)
        return
    if token.isalpha():
        yield Q.term_query(schema, "token", token[0])
    if len(token) >= 3 and (last or any(char.isdigit() for char in token)):
        yield Q.fuzzy_term_query(schema, "token", token, distance=0, prefix=True)
    if typos(token):
        yield Q.fuzzy_term_query(schema, "token", token, distance=typos(token))


def _hit(doc: Document, query: str) -> Hit:
    """A document ranked by its best name; of equally good names the first by text."""
    score, name = min((-likeness(query, folded_name(name)), name) for name in names_of(doc))
    return Hit(doc.comp, doc.grp, doc.anchor, doc.kind, doc.caption, -score, name, doc.key)


def _order(hit: Hit) -> tuple[float, str, bytes]:
    return -hit.score, hit.caption, hit.key
