"""Natures of control as the register codes them, taken apart into rights, bands of percent and ways of holding.

The grammar is that of companies-house/enumerations/psc_descriptions.yml (formats.md 1.2):
<right>[-<band>-percent][-as-<way>][-limited-liability-partnership | -registered-overseas-entity]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

_BANDED = {
    "ownership-of-shares": "share",
    "voting-rights": "vote",
    "right-to-share-surplus-assets": "surplus",
    "part-right-to-share-surplus-assets": "surplus",
}
_RIGHTS = {
    "right-to-appoint-and-remove-directors": "appoints_directors",
    "right-to-appoint-and-remove-members": "appoints_directors",
    "right-to-appoint-and-remove-person": "appoints_directors",
    "significant-influence-or-control": "significant_influence",
}
_BANDS = {"25-to-50": (25, 50), "50-to-75": (50, 75), "75-to-100": (75, 100), "more-than-25": (25, 100)}
_WAYS = {
    "trust": "as_trust",
    "firm": "as_firm",
    "control-over-trust": "over_trust",
    "control-over-firm": "over_firm",
}
_FORM = re.compile(
    rf"(?:(?P<banded>{'|'.join(_BANDED)})-(?P<band>{'|'.join(_BANDS)})-percent|(?P<right>{'|'.join(_RIGHTS)})"
    r"|(?P<nominee>registered-owner-as-nominee-(?:person|another-entity)-(?:england-wales|scotland|northern-ireland)))"
    rf"(?:-as-(?P<way>{'|'.join(_WAYS)}))?(?:-limited-liability-partnership|-registered-overseas-entity)?"
)


@lru_cache(maxsize=4096)
def control(natures: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """(properties of a CONTROLS link, the codes that the grammar does not know) of a controller's natures.

    *_min and *_max are percent. Somebody who holds a right in several ways (themself, as a trustee, through a firm)
    states a band for each; the highest is taken, as the bands may or may not be of the same shares.
    """
    props: dict[str, Any] = {"natures": list(natures)} if natures else {}
    unknown = []
    for code in natures:
        match = _FORM.fullmatch(code)
        if match is None:
            unknown.append(code)
            continue
        if match["banded"]:
            name, (low, high) = _BANDED[match["banded"]], _BANDS[match["band"]]
            if (low, high) > (props.get(f"{name}_min", 0), props.get(f"{name}_max", 0)):
                props[f"{name}_min"], props[f"{name}_max"] = low, high
        elif match["right"]:
            props[_RIGHTS[match["right"]]] = True
        else:
            props["registered_owner_as_nominee"] = True
        if match["way"]:
            props[_WAYS[match["way"]]] = True
    return MappingProxyType(props), tuple(unknown)
