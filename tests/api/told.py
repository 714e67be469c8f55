"""All that readers are told of some entities, as a hash: values, links, decisions with their reasons, and scores."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from analytics.analyse import Request
from api.service import Service
from tests.api.asking import ask

READERS: Final = (None, "outsider")
"""The local reader, and the one of asking.READERS."""
_NODES: Final = """query($ids: [ID!]!) { nodes(ids: $ids) { id kind caption mentionCount
  values { property value originals mentions } decisions { id verdict by strength a b reason followed }
  expand { counts { linkKind direction kind total { value relation } } links { id count episodes { role validFrom validTo properties mentions { source target } } } } } }"""
_MORE: Final = """{ rank(algorithm: DEGREE) { edges { node { id } score } } reviews { reviews { impact decision { id } against { code detail } } }
  riskRanking { edges { node { id } score contributions { name contribution } } } }"""


def hashes(service: Service, ids: list[str]) -> dict[str, str]:
    """By reader: of the entities of these ids, and of what is scored and to be reviewed after algorithms were run anew."""
    told = {}
    for reader in READERS:
        for name in ("degree", "risk"):
            assert service.analyses.run(service.scope(reader), Request(name)).state == "DONE"
        answers = [ask(service, _NODES, reader, ids=ids), ask(service, _MORE, reader)]
        assert [a.get("errors") for a in answers] == [None, None], answers
        told[str(reader)] = hashlib.sha256(json.dumps(answers).encode()).hexdigest()
    return told
