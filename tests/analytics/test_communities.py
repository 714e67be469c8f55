"""Communities: ids that stay with their members, and summaries."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pyarrow as pa

from analytics import communities
from analytics.edges import undirected
from tests.analytics.networks import made


def an_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_a_first_community_takes_its_oldest_members_id() -> None:
    network = made(5, [])
    assert communities.worn(network, np.array([1, 0, 1, 0, 2])) == [an_id(1), an_id(0), an_id(4)]


def test_an_id_goes_to_where_most_of_its_members_went() -> None:
    network = made(8, [])
    # A of 0..4 loses 0 (its namesake) to a new pair and 1 to B; B of 5..7 keeps its members.
    labels = np.array([2, 0, 1, 1, 1, 0, 0, 0])
    before = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    names = [an_id(0), an_id(5)]
    # The new community of 0 alone may not wear 0: A does. Its only member's id is worn, so an id is made.
    found = communities.worn(network, labels, before, names)
    assert found[:2] == [an_id(5), an_id(0)]
    assert found[2] not in {an_id(n) for n in range(8)}
    assert len(set(found)) == 3


def test_when_two_become_one_the_one_that_gave_more_members_names_it() -> None:
    network = made(5, [])
    names = [an_id(0), an_id(2)]
    assert communities.worn(network, np.zeros(5, np.int64), np.array([0, 0, 1, 1, 1]), names) == [an_id(2)]
    tied = communities.worn(made(4, []), np.zeros(4, np.int64), np.array([0, 0, 1, 1]), names)
    assert tied == [an_id(0)]


def test_a_community_with_few_of_anothers_members_is_a_new_one() -> None:
    # One of ten members of the old community is left, among three that it never had.
    before = np.array([0, -1, -1, -1, *[1] * 0])
    before = np.concatenate([before, np.full(9, 0)])
    labels = np.array([0, 0, 0, 0, *range(1, 10)])
    found = communities.worn(made(13, []), labels, before, [an_id(0)])
    assert found[0] != an_id(0)
    assert len(set(found)) == len(found)


def test_ids_are_never_given_twice_and_unchanged_communities_keep_theirs() -> None:
    for seed in range(60):
        dice = random.Random(seed)
        network = made(40, [])
        first = np.array([dice.randrange(8) for _ in range(40)])
        first = np.unique(first, return_inverse=True)[1]
        names = communities.worn(network, first)
        again = communities.worn(network, first, first, names)
        assert again == names
        moved = np.array([label if dice.random() < 0.8 else dice.randrange(9) for label in first])
        moved = np.unique(moved, return_inverse=True)[1]
        found = communities.worn(network, moved, first, names)
        assert len(set(found)) == len(found)


def test_members_are_followed_by_id_and_through_merges() -> None:
    network = made(4, [])
    gone = an_id(99)
    table = pa.table(
        {"id": pa.array([an_id(2), gone, an_id(0)], pa.binary(16)), "value": pa.array([5, 7, 6])}
    )
    assert communities.missing(network, table) == [gone]
    assert communities.before_of(network, table, {gone: an_id(3)}).tolist() == [6, -1, 5, 7]
    assert communities.before_of(network, table, {gone: an_id(0)}).tolist() == [6, -1, 5, -1]
    assert communities.before_of(network, table, {}).tolist() == [6, -1, 5, -1]


def test_ids_that_begin_alike_are_told_apart() -> None:
    """Those of one first half, which HMACs have not: each is still only itself."""
    network = made(4, [])
    alike = [b"\7" * 8 + bytes(7) + bytes([n]) for n in (1, 3, 5, 7)]
    network = replace(network, ids=np.frombuffer(b"".join(alike), "V16"))
    table = pa.table(
        {
            "id": pa.array([alike[2], b"\7" * 15 + b"\4", alike[0]], pa.binary(16)),
            "value": pa.array([5, 7, 6]),
        }
    )
    assert communities.missing(network, table) == [b"\7" * 15 + b"\4"]
    assert communities.before_of(network, table, {}).tolist() == [6, -1, 5, -1]
    assert communities.missing(made(0, []), table) == [alike[2], b"\7" * 15 + b"\4", alike[0]]


def test_a_summary_counts_kinds_links_and_pairs_and_names_the_best_tied() -> None:
    network = made(
        6, [(0, 1, 1), (1, 0, 2), (0, 2, 1), (2, 2, 1), (3, 4, 1), (0, 3, 1)], kinds=("Person", "Company")
    )
    labels = np.array([0, 0, 0, 1, 1, 2])
    ids = [an_id(0), an_id(3), an_id(5)]
    edges = undirected(network, loops=False)
    rows = communities.summaries(
        network, edges, labels, ids, communities.inside_degrees(edges, labels)
    ).to_pylist()
    assert [(row["id"], row["size"], row["pairs"]) for row in rows] == [(an_id(0), 3, 2), (an_id(3), 2, 1)]
    assert json.loads(rows[0]["kinds"]) == [["Person", 2], ["Company", 1]]
    assert json.loads(rows[0]["link_kinds"]) == [["KNOWS", 4]]
    assert json.loads(rows[0]["top"]) == [an_id(0).hex(), an_id(1).hex(), an_id(2).hex()]
