"""The models, one file each; a version that has decided anything keeps its name, a change is a new version."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.account import ACCOUNT
from graph.resolution.models.address import ADDRESS
from graph.resolution.models.base import Model
from graph.resolution.models.organisation import ORGANISATION
from graph.resolution.models.person import PERSON

MODELS: Final[tuple[Model, ...]] = (PERSON, ORGANISATION, ADDRESS, ACCOUNT)

DECIDERS: Final = {model.decider: model for model in MODELS}
"""By the name under which pairs of theirs are kept."""
