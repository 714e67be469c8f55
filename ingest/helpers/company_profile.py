"""A company's profile as the stream and the API give it (formats.md 1.4): the company, its names and its office."""

from __future__ import annotations

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.values import company_number
from ingest.describe import Description, Fields, Properties, properties_of
from ingest.helpers.psc import yes_no
from ingest.helpers.uk_address import describe_address, take_address
from ingest.helpers.uk_registers import stated_key

_TEXTS = (
    ("company_status", "status"), ("company_status_detail", "status_detail"), ("type", "company_type"),
    ("subtype", "company_subtype"), ("jurisdiction", "jurisdiction"), ("date_of_creation", "incorporated"),
    ("date_of_cessation", "dissolved"), ("last_full_members_list_date", "members_list_last"),
)  # fmt: skip
_BOOLEANS = (
    ("has_charges", "has_charges"), ("has_insolvency_history", "has_insolvency_history"),
    ("has_been_liquidated", "has_been_liquidated"), ("has_super_secure_pscs", "has_super_secure_pscs"),
    ("is_community_interest_company", "community_interest"), ("registered_office_is_in_dispute", "office_disputed"),
    ("undeliverable_registered_office_address", "office_undeliverable"),
)  # fmt: skip


def describe_profile(number: str, data: Fields, out: Description) -> None:
    """What a profile says of the company of a cleaned number; raises InvalidValue for another shape."""
    # etag: the register's version stamp. can_file: what its filing service offers. links: its own other pages.
    data.ignore("etag", "can_file", "links")
    props = properties_of("Company")
    name = props.add("name", data.text("company_name"))
    props.put("company_number", number)
    _check_number(number, data.text("company_number"), props)
    for theirs, ours in _TEXTS:
        props.add(ours, data.text(theirs))
    for theirs, ours in _BOOLEANS:
        props.add(ours, yes_no(data.take(theirs)))
    for code in data.texts("sic_codes"):
        props.add("sic", code)
    _accounts(data, props)
    _returns(data, props)
    branch = data.inside("branch_company_details")
    props.add("business_activity", branch.text("business_activity"))
    props.add("parent_name", branch.text("parent_company_name"))
    props.add("parent_number", branch.text("parent_company_number"))
    _foreign(data, props)
    previous = [(old.text("name"), old) for old in data.each("previous_company_names")]
    keys = (
        ontology().identifiers["company_number"].key(number),
        stated_key(number, name),
        *(stated_key(number, old) for old, _ in previous),
    )
    names = (name, *(old for old, _ in previous))
    out.mention("company", "Company", authority=0, caption=name, names=names, keys=keys, props=props)
    for index, (old, fields) in enumerate(previous, start=1):
        _previous_name(index, old, fields, keys, out)
    office = take_address(data.inside("registered_office_address"))
    describe_address(out, office, "registered_office", "REGISTERED_AT", "company")
    service = take_address(data.inside("service_address"))
    describe_address(out, service, "service_address", "SERVICE_ADDRESS", "company")


def _previous_name(
    index: int, name: str | None, fields: Fields, keys: tuple[str | None, ...], out: Description
) -> None:
    """What the company was called, from and to: a mention of its own, as validity belongs to mentions."""
    props = properties_of("Company")
    props.add("previous_name", name)
    began = props.read("valid_from", "date", fields.text("effective_from"))
    ended = props.read("valid_to", "date", fields.text("ceased_on"))
    slot = f"previous_name_{index}"
    out.mention(slot, "Company", authority=0, keys=keys, props=props, valid_from=began, valid_to=ended)


def _check_number(number: str, stated: str | None, props: Properties) -> None:
    """The number in the address of the record counts; a body that says another is flagged."""
    if stated is None:
        return
    try:
        same = company_number.clean(stated) == number
    except InvalidValue:
        same = False
    if not same:
        props.flag("company_number", "differs", stated)


def _accounts(data: Fields, props: Properties) -> None:
    accounts = data.inside("accounts")
    reference = accounts.inside("accounting_reference_date")
    props.add("accounts_reference_day", reference.text("day"))
    props.add("accounts_reference_month", reference.text("month"))
    last, following = accounts.inside("last_accounts"), accounts.inside("next_accounts")
    props.add("accounts_category", last.text("type"))
    props.add("accounts_last_made_up", last.text("made_up_to"))
    props.add("accounts_next_due", accounts.text("next_due"))
    props.add("accounts_next_made_up", accounts.text("next_made_up_to"))
    props.add("accounts_overdue", yes_no(accounts.take("overdue")))
    # The periods' ends are the made-up dates again, and their starts follow from the periods before.
    last.ignore("period_start_on", "period_end_on")
    following.ignore("due_on", "period_start_on", "period_end_on", "overdue")


def _foreign(data: Fields, props: Properties) -> None:
    """What a company of another country states of its register there (foreign_company_details, formats.md 1.4)."""
    foreign = data.inside("foreign_company_details")
    registry = foreign.inside("originating_registry")
    props.add("place_registered", registry.text("name"))
    props.add("country_registered", registry.text("country"))
    props.add("stated_registration_number", foreign.text("registration_number"))
    props.add("legal_form", foreign.text("legal_form") or foreign.text("company_type"))
    props.add("legal_authority", foreign.text("governed_by"))
    props.add("business_activity", foreign.text("business_activity"))
    # What its own country asks of its accounts and how it lends, which say nothing about who it is.
    foreign.ignore(
        "accounting_requirement", "accounts", "company_type", "is_a_credit_finance_institution",
        "is_a_credit_financial_institution",
    )  # fmt: skip


def _returns(data: Fields, props: Properties) -> None:
    for theirs, ours in (("confirmation_statement", "confirmation"), ("annual_return", "returns")):
        given = data.inside(theirs)
        props.add(f"{ours}_last_made_up", given.text("last_made_up_to"))
        props.add(f"{ours}_next_due", given.text("next_due"))
        props.add(f"{ours}_overdue", yes_no(given.take("overdue")))
        if ours == "confirmation":
            props.add("confirmation_next_made_up", given.text("next_made_up_to"))
        # Annual returns are made up to no day any more: confirmation statements took their place in 2016.
        given.ignore("next_made_up_to")
