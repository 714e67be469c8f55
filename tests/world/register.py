"""The register's monthly CSV: live companies only, 55 columns, in the styles of 2019 and of 2021 onwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from .addresses import Address
from .companies import CATEGORIES, Company

HEADER: Final = (
    "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, RegAddress.AddressLine2,"
    "RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,CompanyCategory,CompanyStatus,CountryOfOrigin,"
    "DissolutionDate,IncorporationDate,Accounts.AccountRefDay,Accounts.AccountRefMonth,Accounts.NextDueDate,"
    "Accounts.LastMadeUpDate,Accounts.AccountCategory,Returns.NextDueDate,Returns.LastMadeUpDate,Mortgages.NumMortCharges,"
    "Mortgages.NumMortOutstanding,Mortgages.NumMortPartSatisfied,Mortgages.NumMortSatisfied,SICCode.SicText_1,"
    "SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4,LimitedPartnerships.NumGenPartners,"
    "LimitedPartnerships.NumLimPartners,URI,PreviousName_1.CONDATE, PreviousName_1.CompanyName, PreviousName_2.CONDATE,"
    " PreviousName_2.CompanyName"
    + "".join(f",PreviousName_{n}.CONDATE, PreviousName_{n}.CompanyName" for n in range(3, 11))
    + ",ConfStmtNextDueDate, ConfStmtLastMadeUpDate\r\n"
)
_ORIGINS = {"oversea": "GERMANY", "overseas-entity": "LUXEMBOURG"}
_ACCOUNTS = (
    "TOTAL EXEMPTION FULL",
    "MICRO ENTITY",
    "DORMANT",
    "UNAUDITED ABRIDGED",
    "FULL",
    "SMALL",
    "GROUP",
)


def row(company: Company, day: date, quote_empty: bool = True) -> str:
    """The company's line as of a day, CRLF included; with quote_empty=False in the style of 2019."""
    cells = _cells(company, day)
    if quote_empty:
        return (
            '"' + '","'.join([cell.replace('"', '""') if '"' in cell else cell for cell in cells]) + '"\r\n'
        )
    quoted = ('"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells)
    return ",".join(quoted) + "\r\n"


def _cells(company: Company, day: date) -> list[str]:
    names = [pair for pair in company.names if pair[0] <= day] or company.names[:1]
    end_month = 1 + company.index % 12
    # Accounts are made up to the end of the company's month and due nine months later.
    made_up = _last(date(day.year, end_month, 28), day - timedelta(days=270))
    stated = _last(company.born.replace(year=day.year, day=min(company.born.day, 28)), day)
    accounts, statement = made_up > company.born, stated > company.born
    sics = [*company.sics, "", "", "", ""][:4]
    previous: list[str] = []
    for (changed, _), (_, old) in list(zip(names[1:], names, strict=False))[::-1][:10]:
        previous += [_slashed(changed), old]
    due = made_up.replace(year=made_up.year + 1) if accounts else company.born + timedelta(days=365)
    returned = company.born.replace(year=2015, day=min(company.born.day, 28))
    returns = returned > company.born
    return [
        names[-1][1],
        company.number,
        *_office(company.address_on(day), company.index),
        CATEGORIES[company.kind],
        company.status,
        _ORIGINS.get(company.kind, "United Kingdom"),
        "",
        _slashed(company.born),
        "28",
        str(end_month),
        _slashed(due + timedelta(days=273)),
        _slashed(made_up) if accounts else "",
        _ACCOUNTS[company.index % 23 % len(_ACCOUNTS)] if accounts else "NO ACCOUNTS FILED",
        _slashed(returned + timedelta(days=393)) if returns else "",
        _slashed(returned) if returns else "",
        str(company.charges[0]),
        str(company.charges[0] - company.charges[1]),
        "0",
        str(company.charges[1]),
        *sics,
        str(company.partners[0]),
        str(company.partners[1]),
        f"http://business.data.gov.uk/id/company/{company.number}",
        *previous,
        *[""] * (20 - len(previous)),
        _slashed((stated if statement else company.born) + timedelta(days=379)),
        _slashed(stated) if statement else "",
    ]


def _last(anniversary: date, day: date) -> date:
    """The last time an anniversary came round by a day."""
    at = anniversary.replace(year=day.year)
    return at if at <= day else at.replace(year=day.year - 1)


def _office(address: Address, index: int) -> list[str]:
    line1 = f"{address.premises} {address.line1}".strip()
    if index % 37 == 9:
        # Typed with runs of spaces, as about one address in forty is.
        line1 = line1.replace(" ", "   ", 1)
    upper = [
        address.care_of,
        address.po_box,
        line1,
        address.line2,
        address.locality,
        address.region,
        address.country,
    ]
    return [*(part.upper() for part in upper), address.postcode]


def _slashed(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
