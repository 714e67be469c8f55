"""Company numbers of the United Kingdom's register, where words before them say that they are.

A number that somebody states is not the number (graph/resolution/stated.py): the mention has no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none
from ingest.extract.base import Found, Setting

_NUMBER = r"(?P<number>(?:[A-Z]{2} ?|[A-Z][0-9])[0-9]{6}|[0-9]{6,8})(?!\w|[.,]?[0-9])"
_NO = r"(?:numbers?|nos?\b\.?|nrs?\b\.?|#)"
_WORDS = (
    rf"compan(?:y|ies)\s+(?:registration\s+|reg\.?\s+)?{_NO}|co\.?\s*{_NO}|crn|(?:company\s+)?reg(?:istration)?\.?\s+{_NO}"
    rf"|companies\s+house(?:\s+{_NO})?|registered\s+(?:in|at)\s+(?:england(?:\s*(?:and|&)\s*wales)?|wales|scotland|northern\s+ireland|"
    rf"companies\s+house)[\s,(]*(?:with\s+|under\s+)?(?:company\s+)?(?:{_NO})?|registered\s+{_NO}"
)
_FORM = re.compile(rf"\b(?:{_WORDS})\s*(?:is|was|are|=|:|-|–)?\s*[(\[]?{_NUMBER}", re.IGNORECASE)


class CompanyNumbers:
    name, version, rank = "company-numbers", 4, 3
    hint = re.compile(r"(?i)(?:compan|crn|co\.? ?n|reg)")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("company_number", match["number"])
            if value:
                start, end = match.span("number")
                yield Found(
                    start,
                    end,
                    "Company",
                    value,
                    {"stated_registration_number": value},
                    0.8,
                    (f"company_number:GB-COH/{value}",),
                    (value,),
                )


FINDER = CompanyNumbers()
