"""Whether a name that stands alone is a person's, an organisation's or nobody's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from graph.values import company_name
from graph.values.folding import bare

_FORMS = """
    LTD PLC LLP LP CIC LLC LLLP INC CORP UNLTD GMBH MBH AG KG KGAA OHG SA SAS SARL SLU SLP SRL SPA SAPA BV NV VOF AB ASA
    APS OY OYJ KFT ZRT DOO EOOD OOD SIA UAB PTY PTE BHD SDN YK PJSC OJSC JSC LDA EIRL SNC EURL SRO SPZOO
"""
LEGAL_FORMS: Final = frozenset(_FORMS.split())
"""Words (graph/values/company_name.py's key) that end the name of a company in some country, and no surname."""

_GROUPS = """
    ACADEMY AERO AEROCLUB AIR AIRCRAFT AIRLINE AIRLINES AIRWAYS AMBULANCE ARMY ASSETS ASSOC ASSOCIATES ASSOCIATION
    AUTHORITY AVIATION BANK CAPITAL CHARTER CHARTERS CLUB CO COLLEGE COMPANY CONSTABULARY CONSULTANTS COUNCIL DEPARTMENT
    DEPT ENGINEERING ENTERPRISES ESTATES FARMS FEDERATION FINANCE FLYERS FLYING FORCE FOUNDATION FUND GLIDING
    GOVERNMENT GROUP HELICOPTERS HIRE HOLDING HOLDINGS INDUSTRIES INSTITUTE INTERNATIONAL INVESTMENTS JETS LEASE LEASING
    LOGISTICS MINISTRY NAVY OF OWNERS PARTNERS PARTNERSHIP PILOTS POLICE PRODUCTIONS PROPERTIES RENTALS RESCUE SALES SCHOOL
    SERVICE SERVICES SOCIETY SOLUTIONS SONS SQUADRON STATE SYNDICATE SYSTEMS TEAM TRADING TRAINING TRANSPORT TRUST TRUSTEE
    TRUSTEES UNIVERSITY VENTURES
"""
_WORDS: Final = frozenset(_GROUPS.split())
"""Words that no person is named by, and groups, clubs, forces and firms without a legal form are."""

_NOBODY: Final = frozenset(
    {
        "", "PRIVATE", "PRIVATE OWNER", "PRIVATE INDIVIDUAL", "PRIVATE PERSON", "PRIVATE OWNERS", "PRIVATE OPERATOR",
        "PRIVATELY OWNED", "UNKNOWN", "UNKNOW", "UNKNOWN OWNER", "REGISTRATION PENDING", "PENDING", "PENDING REGISTRATION",
        "SALE REPORTED", "REGISTERED OWNER", "OWNER", "NONE", "N A", "NA", "NIL", "NULL", "NOT KNOWN", "NOT AVAILABLE",
        "NO DATA", "NO OWNER", "TBA", "TBC", "TBD", "VARIOUS", "WITHHELD", "ANONYMOUS", "CONFIDENTIAL", "INDIVIDUAL",
        "CANCELLED", "DEREGISTERED", "REGISTRATION CANCELLED", "EXPORTED", "BLOCKED", "REDACTED", "PRIVAT", "PRIVE",
        "PARTICULIER", "PRIVADO", "PRIVATO", "SOLD",
    }
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def has_legal_form(name: str) -> bool:
    """Whether a name ends with a company's legal form ("Acme Ltd", "Acme Ltd (UK)")."""
    words = company_name.key(name).split(" ")
    return len(words) > 1 and not LEGAL_FORMS.isdisjoint(words[-2:])


@lru_cache(maxsize=1 << 16)
def names_nobody(name: str) -> bool:
    """Whether a text stands where a name should and is none: "Private", "Registration Pending", "unknown", "-"."""
    return bare(name) in _NOBODY


@lru_cache(maxsize=1 << 16)
def is_organisation(name: str) -> bool:
    """Whether a name is surely no single person's: it has a legal form, words that only groups and firms are named by,
    digits, or several persons ("J Wren & P Dray")."""
    if names_nobody(name):
        return False
    text = bare(name.replace("&", " AND ").replace("/", " AND "))
    words = text.split(" ")
    return (
        has_legal_form(name)
        or "AND" in words
        or not _WORDS.isdisjoint(words)
        or any(c.isdigit() for c in text)
    )
