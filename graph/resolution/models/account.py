"""Accounts of one person on two platforms: the same handle is a proposal at most; with a phone or e-mail that both state it may be one.

Set by hand, as no data with truth is held. Two accounts on one platform stay two whoever they belong to; robots bear one name everywhere, and are not compared."""

from __future__ import annotations

from typing import Final

from graph.resolution.models.base import Comparison, Key, Level, Model
from graph.resolution.models.person import both, shares

HANDLE = Comparison(
    "handle",
    ("handle",),
    (
        Level("not stated", '"handle_l" IS NULL OR "handle_r" IS NULL', null=True),
        Level("same, of eight characters or more", '"handle_l" = "handle_r" AND length("handle_l") >= 8', 0.30, 0.00001, trained=False),
        Level("same", '"handle_l" = "handle_r"', 0.20, 0.0005, trained=False),
        Level(
            "one begins with the other",
            """least(length("handle_l"), length("handle_r")) >= 6
               AND (starts_with("handle_l", "handle_r") OR starts_with("handle_r", "handle_l"))""",
            0.10, 0.001, trained=False,
        ),
        Level("different", "ELSE", 0.40, 0.99849, trained=False),
    ),
)  # fmt: skip

NAME = Comparison(
    "name",
    ("name",),
    (
        Level("not stated", '"name_l" IS NULL OR "name_r" IS NULL', null=True),
        Level("same, of two words", """"name_l" = "name_r" AND regexp_matches("name_l", ' ')""", 0.30, 0.0001, trained=False),
        Level("same", '"name_l" = "name_r"', 0.20, 0.001, trained=False),
        Level("different", "ELSE", 0.50, 0.9989, trained=False),
    ),
)  # fmt: skip

CONTACT = shares(
    "phone_or_email",
    ("contact",),
    (
        Level("shared by few", both("contact_few"), 0.50, 0.0001, trained=False),
        Level("none shared by few", "ELSE", 0.50, 0.9999, trained=False),
    ),
)

ACCOUNT: Final = Model(
    decider="account-1",
    kinds=("Account",),
    who="b.own",
    comparisons=(HANDLE, NAME, CONTACT),
    keys=(
        Key("handle", "handle", "name"),
        Key("name of two words", "CASE WHEN regexp_matches(name, ' ') THEN name END", "left(handle, 3)"),
        Key("phone or e-mail", "unnest(contact_few)", "left(handle, 3)"),
    ),
    prior=1e-5,
    accept=8.0,
    review=-4.0,
    # Who shares a telephone or mailbox is a household or a firm: the handle, or the whole name, must be the same besides.
    corroborated="gamma_phone_or_email = 1 AND (gamma_handle >= 2 OR gamma_name = 2)",
    impossible="l.platform = r.platform OR l.bot OR r.bot",
    training=(),
    mark=("own", "NULL", "NULL"),
)
