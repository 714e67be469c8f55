"""From changed mentions and pairs to groups and components (docs/architecture.md).

Only touched components are looked at again: those of changed mentions, of holders of the same keys, and of pair ends.
A component is a superset of every reader's entity, so labels and DIFFERENT are ignored here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.access import PUBLIC
from graph.projection.steps import Steps

# As graph/tables.py says of groups, and the reading of entities: text, not age, breaks ties.
_BEST = "row(m.caption = '', m.authority, m.caption, m.kind)"


def place_mentions(steps: Steps) -> None:
    """Give every touched mention its group (t_touch: mno, old grp, grp), and write men.

    t_grp: groups to look at again: new ones, and those that gained, lost or changed a mention."""
    steps.temp(
        "t_pair_mno",
        "SELECT DISTINCT mno FROM (SELECT a AS mno FROM t_pair_changed UNION ALL SELECT b FROM t_pair_changed)",
        given=("t_pair_changed",),
    )
    # A mention that is new is in a pair only if the revision puts that.
    steps.temp(
        "t_single",
        """SELECT DISTINCT mno FROM (SELECT a AS mno FROM pair UNION ALL SELECT b FROM pair)
           WHERE mno IN (SELECT mno FROM t_men UNION ALL SELECT mno FROM t_pair_mno)""",
        given=("t_men_held", "t_pair_mno"),
    )
    before = "SELECT mno, grp FROM t_old"
    alive = "SELECT mno, label, keys, true AS changed FROM t_men"
    if steps.any("t_pair_mno"):
        before += """ UNION ALL SELECT mno, grp FROM men
          WHERE alive AND mno IN (SELECT mno FROM t_pair_mno) AND mno NOT IN (SELECT mno FROM t_old)"""
        alive += """ UNION ALL SELECT mno, label, keys, false FROM men
          WHERE alive AND mno IN (SELECT mno FROM t_pair_mno) AND mno NOT IN (SELECT mno FROM t_men)
            AND mno NOT IN (SELECT mno FROM t_old)"""
    steps.temp(
        "t_keyed",
        f"""
        WITH alive AS ({alive}),
        keyed AS (
          SELECT a.*, CASE WHEN len(keys) = 0 OR s.mno IS NOT NULL THEN 'm' || a.mno ELSE label::VARCHAR END
            || '|' || array_to_string(keys, chr(31)) AS gkey
          FROM alive a LEFT JOIN t_single s ON s.mno = a.mno)
        SELECT k.*, hash(gkey) AS ghash, o.grp AS old_grp FROM keyed k
        LEFT JOIN ({before}) o ON o.mno = k.mno
        """,
        given=("t_men", "t_pair_mno"),
    )
    # Two passes: hashes are a narrow column, texts are read only where they match.
    steps.temp("t_cand", "SELECT grp FROM grp WHERE ghash IN (SELECT ghash FROM t_keyed)", given=("t_keyed",))
    steps.temp(
        "t_known", "SELECT grp, gkey FROM grp WHERE grp IN (SELECT grp FROM t_cand)", given=("t_cand",)
    )
    steps.numbered(
        "t_new_grp",
        """SELECT k.gkey, k.ghash, k.label, k.keys, k.mno FROM t_keyed k
           JOIN (SELECT min(mno) AS mno FROM t_keyed WHERE gkey NOT IN (SELECT gkey FROM t_known) GROUP BY gkey) f
             ON f.mno = k.mno""",
        row="grp",
        by="grp",
        order="mno",
        given=("t_keyed",),
    )
    steps.temp(
        "t_touch",
        """SELECT k.mno, k.changed, k.old_grp, g.grp FROM t_keyed k
           JOIN (SELECT gkey, grp FROM t_known UNION ALL SELECT gkey, grp FROM t_new_grp) g ON g.gkey = k.gkey""",
        given=("t_keyed",),
    )
    _write_mentions(steps)
    steps.temp(
        "t_grp",
        """SELECT DISTINCT grp FROM (SELECT grp FROM t_touch UNION ALL SELECT old_grp FROM t_touch
             UNION ALL SELECT grp FROM t_old) WHERE grp IS NOT NULL""",
        given=("t_touch", "t_old"),
    )


def _write_mentions(steps: Steps) -> None:
    steps.run(
        """UPDATE men SET alive = false, row = NULL, grp = NULL
           WHERE mno IN (SELECT mno FROM t_old) AND mno NOT IN (SELECT mno FROM t_men)""",
        given=("t_old",),
    )
    steps.run("DELETE FROM men WHERE mno IN (SELECT mno FROM t_men_held)", given=("t_men_held",))
    steps.run(
        """INSERT INTO men BY NAME SELECT m.mno, mid, rid, slot, source, rec_key, label, born, true AS alive, row, t.grp, kind,
             caption, authority, props, names, keys, facets, derived_by, valid_from, valid_to, observed_at, revision,
             locator FROM t_men m JOIN t_touch t ON t.mno = m.mno""",
        given=("t_men",),
    )
    steps.run(
        "UPDATE men SET grp = t.grp FROM t_touch t WHERE NOT t.changed AND men.mno = t.mno",
        given=("t_pair_mno",),
    )


def regroup(steps: Steps) -> None:
    """t_grp_now: touched components' groups as they now stand, with comp_old; t_comp_old: those components."""
    steps.temp(
        "t_grp_new",
        f"""
        SELECT m.grp, count(*) AS n, min(row(m.born, m.mid)) AS oldest, min({_BEST}) AS best
        FROM men m WHERE m.alive AND m.grp IN (SELECT grp FROM t_grp) GROUP BY m.grp
        """,
        given=("t_grp",),
    )
    steps.temp(
        "t_grp_now",
        """
        SELECT n.grp, coalesce(g.label, w.label) AS label, coalesce(g.ghash, w.ghash) AS ghash,
          coalesce(g.gkey, w.gkey) AS gkey, coalesce(g.keys, w.keys) AS keys, n.oldest[2] AS anchor, n.oldest[1] AS born,
          n.n, n.best[4] AS kind, n.best[3] AS caption, n.best[2] AS authority, g.comp AS comp_old, NULL::BIGINT AS comp
        FROM t_grp_new n
        LEFT JOIN (SELECT * FROM grp WHERE grp IN (SELECT grp FROM t_grp)) g ON g.grp = n.grp
        LEFT JOIN t_new_grp w ON w.grp = n.grp
        """,
        given=("t_grp_new",),
    )
    # Components to look at again: of the groups, of whoever holds one of their keys, of pair ends (also of a pair
    # that slept while a mention of it was dead).
    steps.temp(
        "t_partner",
        """SELECT b AS mno FROM pair WHERE a IN (SELECT mno FROM t_touch)
           UNION ALL SELECT a FROM pair WHERE b IN (SELECT mno FROM t_touch)
           UNION ALL SELECT mno FROM t_pair_mno""",
        given=("t_old", "t_men_held", "t_pair_mno"),
    )
    steps.temp(
        "t_keys",
        "SELECT DISTINCT k AS key, hash(k) AS khash FROM (SELECT unnest(keys) AS k FROM t_grp_now)",
        given=("t_grp_now",),
    )
    steps.temp(
        "t_key_cand",
        "SELECT key, comp FROM key WHERE khash IN (SELECT khash FROM t_keys)",
        given=("t_keys",),
    )
    steps.temp(
        "t_comp_old",
        """
        SELECT DISTINCT comp FROM (
          SELECT comp FROM grp WHERE grp IN (SELECT grp FROM t_grp)
          UNION ALL SELECT comp FROM t_key_cand WHERE key IN (SELECT key FROM t_keys)
          UNION ALL SELECT comp FROM grp WHERE grp IN
            (SELECT grp FROM men WHERE alive AND mno IN (SELECT mno FROM t_partner)))
        """,
        given=("t_grp", "t_key_cand", "t_partner"),
    )
    steps.add(
        "t_grp_now",
        """SELECT grp, label, ghash, gkey, keys, anchor, born, n, kind, caption, authority,
             comp AS comp_old FROM grp
           WHERE comp IN (SELECT comp FROM t_comp_old) AND grp NOT IN (SELECT grp FROM t_grp)""",
        given=("t_comp_old",),
    )


def components(steps: Steps) -> None:
    """Set t_grp_now.comp. A component keeps the number of the largest old part of it (fewest rows to move)."""
    if not steps.any("t_grp_now"):
        return
    con = steps.con
    nodes = con.execute(
        "SELECT grp, n, coalesce(comp_old, -1) AS old FROM t_grp_now ORDER BY grp"
    ).fetchnumpy()
    edges = con.execute(_EDGES).fetchnumpy()
    grp, n, old = (np.asarray(nodes[c], dtype=np.int64) for c in ("grp", "n", "old"))
    part = _connected(grp, np.asarray(edges["a"], dtype=np.int64), np.asarray(edges["b"], dtype=np.int64))
    comp = _kept(part, old, n)
    fresh = comp < 0
    comp[fresh] = steps.next("comp") + 1 + np.arange(fresh.sum())
    steps.take("comp", int(fresh.sum()))
    con.register("v_part", _arrow({"grp": grp, "comp": comp[part]}))
    con.execute("UPDATE t_grp_now SET comp = p.comp FROM v_part p WHERE t_grp_now.grp = p.grp")
    con.unregister("v_part")


_EDGES = """
    WITH shared AS (
      SELECT k, row_number() OVER () AS kid FROM (SELECT unnest(keys) AS k FROM t_grp_now) GROUP BY k HAVING count(*) > 1)
    SELECT g.grp AS a, -s.kid AS b FROM (SELECT grp, unnest(keys) AS k FROM t_grp_now) g JOIN shared s ON s.k = g.k
    UNION ALL
    SELECT a.grp, b.grp FROM pair p
      JOIN (SELECT mno, grp FROM men WHERE alive AND grp IN (SELECT grp FROM t_grp_now)) a ON a.mno = p.a
      JOIN (SELECT mno, grp FROM men WHERE alive AND grp IN (SELECT grp FROM t_grp_now)) b ON b.mno = p.b
      WHERE p.verdict = 'SAME'"""


def _kept(
    part: npt.NDArray[np.int64], old: npt.NDArray[np.int64], n: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """For each part the old component whose number it keeps, -1 for a new number: an old one stays with the part that has most
    of its mentions, and of several a part keeps that of which it has most; ties go to the lower number.

    part, old (-1: none), n: of each group, its part (numbered from 0), its old component and its mentions."""
    kept = np.full(int(part.max()) + 1, -1, dtype=np.int64)
    held = old >= 0
    shares, size = np.stack([part[held], old[held]]), n[held]
    if size.size:
        order = np.lexsort(shares)
        shares = shares[:, order]
        begins = np.flatnonzero(np.append(True, (np.diff(shares) != 0).any(axis=0)))
        shares, size = shares[:, begins], np.add.reduceat(size[order], begins)
        for winner, among in ((1, 0), (0, 1)):
            order = np.lexsort((shares[among], -size, shares[winner]))
            first = np.unique(shares[winner][order], return_index=True)[1]
            shares, size = shares[:, order[first]], size[order[first]]
        kept[shares[0]] = shares[1]
    return kept


def _connected(
    grp: npt.NDArray[np.int64], a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The connected part of each of the (sorted) groups, numbered from 0 in order of their lowest group.

    Edges join a group to a group, or to a shared key (negative)."""
    # Half as wide as grp: a bulk revision has millions of edges, and scipy keeps several copies.
    left = np.searchsorted(grp, a).astype(np.int32)
    keys = b < 0
    right = np.where(keys, len(grp) - 1 - b, np.searchsorted(grp, b)).astype(np.int32)
    size = len(grp) + (int(-b.min()) if keys.any() else 0)
    graph = coo_array((np.ones(len(a), dtype=np.int8), (left, right)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][: len(grp)]
    # scipy's numbers depend on the keys' order: renumber by first group.
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _arrow(columns: dict[str, npt.NDArray[np.int64]]) -> object:
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def component_facts(steps: Steps) -> None:
    """t_comp: touched components as they now stand: plain, anchor, kind; t_comp_moved: those
    that were there and changed at all.

    Plain: one label, nothing kept apart inside, and no judgement that some who see the mentions do not see."""
    steps.temp(
        "t_odd",
        f"""
        SELECT DISTINCT g.comp FROM pair p
          JOIN (SELECT mno, grp, label FROM men WHERE alive) a ON a.mno = p.a
          JOIN (SELECT mno, grp FROM men WHERE alive) b ON b.mno = p.b
          JOIN t_grp_now g ON g.grp = a.grp JOIN t_grp_now h ON h.grp = b.grp AND h.comp = g.comp
        WHERE p.verdict = 'DIFFERENT' OR (p.verdict = 'SAME' AND p.label NOT IN ({PUBLIC}, a.label))
        """,
        given=("t_comp_old", "t_pair_put", "t_men_held"),
    )
    steps.temp(
        "t_comp",
        """
        WITH facts AS (
          SELECT comp, min(label) = max(label) AS one_label, min(row(born, anchor))[2] AS oldest,
            min(row(caption = '', authority, caption, kind))[4] AS kind
          FROM t_grp_now GROUP BY comp)
        SELECT f.comp, f.one_label AND o.comp IS NULL AS plain, CASE WHEN f.one_label AND o.comp IS NULL THEN oldest END AS anchor, kind
        FROM facts f LEFT JOIN t_odd o ON o.comp = f.comp
        """,
        given=("t_grp_now",),
    )
    # A component that is new has nothing that could point to it yet.
    steps.temp(
        "t_comp_moved",
        """
        SELECT o.comp FROM comp o LEFT JOIN t_comp t ON t.comp = o.comp
        WHERE o.comp IN (SELECT comp FROM t_comp_old)
          AND row(t.plain, t.anchor, t.kind) IS DISTINCT FROM row(o.plain, o.anchor, o.kind)
        """,
        given=("t_comp_old",),
    )
    steps.run("DELETE FROM comp WHERE comp IN (SELECT comp FROM t_comp_old)", given=("t_comp_old",))
    steps.run("INSERT INTO comp SELECT comp, plain, anchor, kind FROM t_comp", given=("t_comp",))
