"""The employer that a phone book states and the company of that name: one when somebody is known to both, else two."""

from __future__ import annotations

import pytest

from graph.resolution.models import ORGANISATION
from tests.graph.resolution.deciding import decided, mention
from tests.graph.resolution.people import props
from tests.quality.measure import clusters

Row = dict[str, object]


class Told:
    """Records of a register and of phone books, as rows of men and lnk."""

    def __init__(self) -> None:
        self.men: list[Row] = []
        self.lnk: list[Row] = []

    def _say(self, record: str, kind: str, caption: str, told: str, *keys: str) -> int:
        self.men.append(mention(len(self.men), record, kind, caption, told, list(keys)))
        return len(self.men) - 1

    def company(self, name: str, number: str) -> int:
        """The register's own record of a company; its row."""
        return self._say(f"c{number}", "Company", name, props(name=name), f"company_number:GB-COH/{number}")

    def officer(self, number: str, forenames: str, surname: str, born: str) -> None:
        """A record that names its company by number alone."""
        record = f"o{len(self.men)}"
        who = self._say(record, "Person", f"{forenames} {surname}", props(name=f"{forenames} {surname}", forenames=forenames, surname=surname, birth_date=born))  # fmt: skip
        at = self._say(record, "Company", "", "{}", f"company_number:GB-COH/{number}")
        self.lnk.append({"kind": "OFFICER_OF", "from_mno": who, "to_mno": at})

    def card(self, name: str, employer: str, born: str = "") -> int:
        """A card; the row of its employer."""
        record = f"b{len(self.men)}"
        who = self._say(record, "Person", name, props(name=name, birth_date=born))
        at = self._say(record, "Organisation", employer, props(name=employer))
        self.lnk.append({"kind": "WORKS_FOR", "from_mno": who, "to_mno": at})
        return at

    def together(self, *rows: int) -> bool:
        """Whether these rows are one body."""
        found = decided(self.men, self.lnk, ORGANISATION)
        mids = [row["mid"] for row in self.men]
        of = clusters(mids, [(d.a, d.b) for d in found if d.verdict == "SAME"])
        return len({of[mids[n]] for n in rows}) == 1


@pytest.mark.parametrize(
    ("employer", "name", "born"),
    [
        ("Kestrel & Hobby Leasing Ltd.", "Barnaby Ashcombe", ""),
        ("kestrel and hobby leasing limited", "Ashcombe, Barney", ""),
        ("Kestrel & Hobby Leasing", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Leesing Ltd", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Leasing Ltd", "Barney", "1961-04-09"),
        ("Kestrel & Hobby Leasing Ltd", "Mr Ashcombe", "1961-04"),
    ],
)
def test_an_employer_is_the_company_of_that_name_where_its_director_works(
    employer: str, name: str, born: str
) -> None:
    told = Told()
    company = told.company("KESTREL & HOBBY LEASING LIMITED", "09000004")
    told.officer("09000004", "Barnaby John", "Ashcombe", "1961-04")
    assert told.together(company, told.card(name, employer, born))


@pytest.mark.parametrize(
    ("employer", "name", "born"),
    [
        ("Kestrel & Hobby Leasing Ltd", "Tamsin Quick", "1961-04"),
        ("Kestrel & Hobby Leasing Ltd", "B Ashcombe", ""),
        ("Kestrel & Hobby Leasing Ltd", "Barney", "1961"),
        ("Kestrel & Hobby Leasing LLP", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Leasing 2 Ltd", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Leasing B Ltd", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Leasing UK Ltd", "Barnaby Ashcombe", ""),
        ("Kestrel & Hobby Letting Ltd", "Barnaby Ashcombe", ""),
    ],
)
def test_without_somebody_in_common_or_called_otherwise_they_are_two(
    employer: str, name: str, born: str
) -> None:
    told = Told()
    company = told.company("KESTREL & HOBBY LEASING LIMITED", "09000004")
    told.officer("09000004", "Barnaby John", "Ashcombe", "1961-04")
    assert not told.together(company, told.card(name, employer, born))


def test_two_cards_of_one_name_and_employer_name_one_employer_and_two_namesakes_of_a_name_do_not_join_registered_ones() -> (
    None
):
    told = Told()
    assert told.together(
        told.card("Barnaby Ashcombe", "Kestrel Leasing Ltd"),
        told.card("Barney Ashcombe", "Kestrel Leasing Limited"),
    )
    told = Told()
    one, other = told.company("KESTREL LEASING LTD", "1"), told.company("KESTREL LEASING LTD", "2")
    for number in "12":
        told.officer(number, "Barnaby", "Ashcombe", "1961-04")
    asked = told.card("Barnaby Ashcombe", "Kestrel Leasing Ltd")
    assert [told.together(one, asked), told.together(other, asked), told.together(one, other)] == [False] * 3
