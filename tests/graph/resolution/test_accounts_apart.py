"""Accounts on two platforms: one handle is a proposal, a telephone or mailbox that both state besides may make them one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from graph.resolution.models import ACCOUNT
from tests.graph.resolution.deciding import decided, mention
from tests.graph.resolution.people import props


@dataclass(frozen=True)
class Has:
    platform: str
    handle: str
    name: str = ""
    mail: str = ""
    bot: bool = False
    account: str = ""


def outcome(*said: Has) -> dict[tuple[int, int], str]:
    """(the two's numbers) -> SAME or UNSURE."""
    men: list[dict[str, object]] = []
    lnk: list[dict[str, object]] = []
    for n, one in enumerate(said):
        told = props(platform=one.platform, handle=one.handle, name=one.name, account_id=one.account or str(n),
                     bot="true" if one.bot else "false")  # fmt: skip
        men.append(
            mention(n, f"r{n}", "Account", one.name, told, [f"{one.platform}_user:{one.account or n}"])
        )
    for n, one in enumerate(said):
        reach = [("HAS_HANDLE", "Handle", f"handle:{one.platform}/{one.handle}")]
        reach += [("HAS_EMAIL", "Email", f"email:{one.mail}")] if one.mail else []
        for link, kind, key in reach:
            lnk.append({"kind": link, "from_mno": n, "to_mno": len(men)})
            men.append(mention(len(men), f"r{n}", kind, "", "{}", [key]))
    found = {}
    for d in decided(men, lnk, ACCOUNT):
        found[int.from_bytes(d.a, "big"), int.from_bytes(d.b, "big")] = d.verdict
    return found


MAIL = "zo@example.org"


@pytest.mark.parametrize(
    ("a", "b", "what"),
    [
        # The same handle is a proposal at most, whatever it is shown as.
        (Has("discord", "zorble_quax"), Has("telegram", "zorblequax"), "UNSURE"),
        (Has("discord", "zorble_quax", "Zorble Quax"), Has("telegram", "zorblequax", "Zorble Quax"), "UNSURE"),
        (Has("discord", "john.smith", "John Smith"), Has("skype", "johnsmith", "John Smith"), "UNSURE"),
        # What hundreds are called is none.
        (Has("discord", "zo"), Has("telegram", "zo"), ""),
        (Has("discord", "js81", "John Smith"), Has("skype", "smithy", "John Smith"), ""),
        # A mailbox that both state makes them one, if handle or whole name agree as well.
        (Has("discord", "zorble_quax", mail=MAIL), Has("telegram", "zorblequax", mail=MAIL), "SAME"),
        (Has("discord", "zo", "Zo", MAIL), Has("telegram", "zo", "Zo", MAIL), "SAME"),
        (Has("discord", "zoelm", "Zo Elmwell", MAIL), Has("skype", "zoelmwell", "Zo Elmwell", MAIL), "UNSURE"),
        # Two of a household, or of a firm.
        (Has("discord", "anna_k", "Anna K", MAIL), Has("telegram", "bruno", "Bruno K", MAIL), ""),
        (Has("discord", "anna_k", "Anna", MAIL), Has("telegram", "bruno", "Anna", MAIL), "UNSURE"),
        # Robots bear one name everywhere; one person's two accounts on one platform are two.
        (Has("discord", "helper_bot", mail=MAIL, bot=True), Has("telegram", "helper_bot", mail=MAIL, bot=True), ""),
        (Has("discord", "helper_bot", mail=MAIL, bot=True), Has("telegram", "helper_bot", mail=MAIL), ""),
        (Has("discord", "zorble_quax", mail=MAIL), Has("discord", "zorble.quax", mail=MAIL), ""),
    ],
)  # fmt: skip
def test_two_accounts_are_one_or_proposed_or_neither(a: Has, b: Has, what: str) -> None:
    assert outcome(a, b) == ({(0, 1): what} if what else {})


def test_two_accounts_of_one_platform_are_not_joined_through_a_third() -> None:
    found = outcome(
        Has("discord", "zorble_quax", mail=MAIL),
        Has("telegram", "zorblequax", mail=MAIL),
        Has("discord", "zorblequax", mail=MAIL),
    )
    assert found == {(0, 1): "SAME", (1, 2): "UNSURE"}


def test_a_mailbox_of_many_says_nothing() -> None:
    crowd = [Has("discord", f"user{n}x", mail=MAIL) for n in range(30)]
    assert outcome(*crowd, Has("telegram", "user3x", mail=MAIL)) == {}


def test_the_accounts_of_one_id_are_one_without_the_model() -> None:
    same = Has("discord", "zorble_quax", account="7"), Has("discord", "zorble_quax2", account="7")
    assert outcome(*same) == {}
