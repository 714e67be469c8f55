"""The graph store on a Neo4j server: store.py answers, generation.py follows and rebuilds, loading.py reads deltas.

Components are nodes and mention links are relationships between them; the other rows are nodes:

    (:Clew)-[:CURRENT]->(:Generation {number, slot, head, cursor, indexed})
    (:Component_<slot> {comp})-[:LINK_<slot> {row, kind, …, since, until}]->(:Component_<slot>)
    (:Mention_<slot>) (:Group_<slot>) (:Key_<slot>) (:Pair_<slot>) (:Counter_<slot>)

Ids are lower-case hex, which sorts as their bytes do. `until` is absent while a row stands. A generation is one
filling of the store; a rebuild fills the other slot beside it. Slots are reused because a server never forgets a
label once used.
"""

from graph.store.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
