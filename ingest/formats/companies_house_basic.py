"""Companies House BasicCompanyData: the monthly CSV of the live register (formats.md 1.1), in the batch form.

One record a company, key "company/<number>" (as the stream's company-profile). It describes the company itself, each
previous name until its change (a mention with an end), and the registered office.
"""

from __future__ import annotations

from ingest.cleaning import GAP, GROUP
from ingest.delimited import Delimited, column_names
from ingest.format import Input, Reading, Sink
from ingest.helpers.observed import missing, observed, part, stated
from ingest.mapping import (
    Cleaned,
    Coalesce,
    Column,
    Concat,
    Constant,
    Expr,
    LinkMap,
    Mapping,
    MentionMap,
    key,
    properties,
    unnest,
)
from ingest.mapping_run import MappingRun

_PREVIOUS = range(1, 11)

COLUMNS = (
    "CompanyName", "CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox", "RegAddress.AddressLine1",
    "RegAddress.AddressLine2", "RegAddress.PostTown", "RegAddress.County", "RegAddress.Country",
    "RegAddress.PostCode", "CompanyCategory", "CompanyStatus", "CountryOfOrigin", "DissolutionDate",
    "IncorporationDate", "Accounts.AccountRefDay", "Accounts.AccountRefMonth", "Accounts.NextDueDate",
    "Accounts.LastMadeUpDate", "Accounts.AccountCategory", "Returns.NextDueDate", "Returns.LastMadeUpDate",
    "Mortgages.NumMortCharges", "Mortgages.NumMortOutstanding", "Mortgages.NumMortPartSatisfied",
    "Mortgages.NumMortSatisfied", "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3",
    "SICCode.SicText_4", "LimitedPartnerships.NumGenPartners", "LimitedPartnerships.NumLimPartners", "URI",
    *(f"PreviousName_{n}.{part}" for n in _PREVIOUS for part in ("CONDATE", "CompanyName")),
    "ConfStmtNextDueDate", "ConfStmtLastMadeUpDate",
)  # fmt: skip
"""The 55 columns, in the file's order, without the spaces that some names begin with."""

_NUMBER = Cleaned("company_number", Column("CompanyNumber"))
_NAME = Cleaned("company_name", Column("CompanyName"))
_PREVIOUS_NAMES = unnest(
    _PREVIOUS, lambda n: Cleaned("company_name", Column(f"PreviousName_{n}.CompanyName"))
)


def _part(name: str) -> Expr:
    """A part of the address, as text: cleaned of the control characters that separate parts in its key."""
    return Cleaned("text", Column(f"RegAddress.{name}"))


_LINES = tuple(_part(name) for name in ("CareOf", "POBox", "AddressLine1", "AddressLine2", "PostTown"))
_WIDER = (_part("County"), _part("Country"))
_POSTCODE = _part("PostCode")
_ADDRESS = Cleaned("address", Concat((*_LINES, *_WIDER, _POSTCODE), ", "))


def _day(column: str) -> Expr:
    return Cleaned("date_dmy", Column(column))


def _stated(name: Expr) -> Expr:
    """The key on which a company that somebody states by number and name meets this one."""
    return key("stated_company", Concat((_NUMBER, Constant("/"), Cleaned("company_name_key", name))))


_KEYS = (key("company_number", _NUMBER), *(_stated(name) for name in (_NAME, *_PREVIOUS_NAMES)))

_COMPANY = MentionMap(
    "company",
    "Company",
    authority=0,
    # A row without a name is shown by its number, which is none of its names.
    caption=Coalesce((_NAME, _NUMBER)),
    names=(_NAME, *_PREVIOUS_NAMES),
    keys=_KEYS,
    properties=properties(
        name=_NAME,
        company_number=_NUMBER,
        category=Column("CompanyCategory"),
        status=Column("CompanyStatus"),
        country_of_origin=Column("CountryOfOrigin"),
        dissolved=_day("DissolutionDate"),
        incorporated=_day("IncorporationDate"),
        accounts_reference_day=Column("Accounts.AccountRefDay"),
        accounts_reference_month=Column("Accounts.AccountRefMonth"),
        accounts_next_due=_day("Accounts.NextDueDate"),
        accounts_last_made_up=_day("Accounts.LastMadeUpDate"),
        accounts_category=Column("Accounts.AccountCategory"),
        returns_next_due=_day("Returns.NextDueDate"),
        returns_last_made_up=_day("Returns.LastMadeUpDate"),
        mortgage_charges=Column("Mortgages.NumMortCharges"),
        mortgage_outstanding=Column("Mortgages.NumMortOutstanding"),
        mortgage_part_satisfied=Column("Mortgages.NumMortPartSatisfied"),
        mortgage_satisfied=Column("Mortgages.NumMortSatisfied"),
        sic=unnest(range(1, 5), lambda n: Cleaned("sic", Column(f"SICCode.SicText_{n}"))),
        general_partners=Column("LimitedPartnerships.NumGenPartners"),
        limited_partners=Column("LimitedPartnerships.NumLimPartners"),
        uri=Column("URI"),
        confirmation_next_due=_day("ConfStmtNextDueDate"),
        confirmation_last_made_up=_day("ConfStmtLastMadeUpDate"),
    ),
)


def _previous_name(n: int) -> MentionMap:
    """What the company was called until CONDATE, the day of the change."""
    return MentionMap(
        f"previous_name_{n}",
        "Company",
        authority=0,
        keys=_KEYS,
        properties=properties(previous_name=_PREVIOUS_NAMES[n - 1]),
        valid_to=_day(f"PreviousName_{n}.CONDATE"),
        when=_PREVIOUS_NAMES[n - 1],
    )


_OFFICE = MentionMap(
    "registered_office",
    "Address",
    authority=1,
    caption=_ADDRESS,
    names=(_ADDRESS,),
    keys=(
        key(
            "address",
            Cleaned(
                "address_key",
                Concat(
                    (
                        Concat(_LINES, GAP, gaps=True),
                        Concat(_WIDER, GAP, gaps=True),
                        _POSTCODE,
                    ),
                    GROUP,
                    gaps=True,
                ),
            ),
        ),
    ),
    properties=properties(
        address=_ADDRESS,
        care_of=Column("RegAddress.CareOf"),
        po_box=Column("RegAddress.POBox"),
        line_1=Column("RegAddress.AddressLine1"),
        line_2=Column("RegAddress.AddressLine2"),
        locality=Column("RegAddress.PostTown"),
        region=Column("RegAddress.County"),
        country=Column("RegAddress.Country"),
        postcode=Column("RegAddress.PostCode"),
    ),
    when=_ADDRESS,
)

MAPPING = Mapping(
    columns=COLUMNS,
    key=Concat((Constant("company/"), _NUMBER)),
    mentions=(_COMPANY, *unnest(_PREVIOUS, _previous_name), _OFFICE),
    links=(LinkMap("REGISTERED_AT", "company", "registered_office"),),
)


class BasicCompanyData:
    """The live register; a company that a complete one lacks was dissolved: its facts end, they were not untrue."""

    name = "companies-house-basic"
    title = "Companies House BasicCompanyData (CSV)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header: the first line holds most of the register's own column names; read() says which it lacks."""
        return len(column_names(head).intersection(COLUMNS)) > len(COLUMNS) // 2

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        lines = Delimited(file.path, file.name, sink)
        lines.require(COLUMNS)
        when, basis = observed(file)
        run = MappingRun(MAPPING, sink, when)
        for batch in lines.batches():
            run.feed(batch)
        rejected = run.rejected + lines.rejected
        of_several = part(file, self.name, missing(rejected))
        snapshot, notes = ("NO", ()) if of_several else stated(file, rejected)
        return Reading(
            run.read + lines.rejected,
            rejected,
            0,
            basis,
            snapshot,
            "closed",
            run.leftovers,
            notes,
            "^/?company/[^/]+$",
            of_several,
        )


FORMAT = BasicCompanyData()
