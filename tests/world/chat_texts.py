"""What chat users write: small talk in their languages, and sentences that name numbers, places and flights, with the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Final, TypeAlias

_SLOT: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Planted:
    """Something that a text names: code points [start, end) of it, and what it stands for in canonical form."""

    kind: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text with what it names and the language that it is in (ISO 639-1; empty for none)."""

    text: str
    language: str
    planted: tuple[Planted, ...] = ()


Filler: TypeAlias = Callable[[str], tuple[str, str, str]]
"""From a slot's name to (as written, kind, canonical value); an empty kind plants nothing."""

OWN: Final = (
    "my new number is {own_phone}",
    "new phone, save it: {own_phone}",
    "ring me on {own_phone} after 6",
    "easier by mail, {own_email}",
    "invoices to {own_email} please",
)
NAMING: Final = (
    "call {phone} and say I sent you",
    "that garage is {landline}, they open at 8",
    "try {landline} or {phone}, no idea which is right",
    "send the photos to {email}",
    "anyone got another address than {email}? it bounces",
    "it is all on {url}",
    "found it: {url} (scroll down)",
    "drop it at {postcode}, back gate",
    "meet at {postcode} 6am",
    "the number at Companies House is {company_number}",
    "who is behind {company_number}? struck off twice",
    "white van {vehicle} outside again",
    "{vehicle} was at the yard all night",
    "saw {aircraft} on finals just now",
    "who owns {aircraft}? never moves",
    "on {flight} {date}, home late",
    "picking him up from {flight} {date}",
    "{flight} {date} was cancelled?!",
    "{at_handle} knows somebody with a lorry",
    "he goes by {handle} over here",
)
NOTHING: Final = (
    "order 44710923 has shipped",
    "£1,250.00 for that? no chance",
    "the A14 is shut again, go by the B1113",
    "3-1 at half time lol",
    "update to v2.0.1 first",
    "room 101, ask at the desk",
    "be there 7.30 sharp, table for 12",
    "H2O and sunshine, that is all",
    "2026-09 was the warmest since 1995",
    "page 44 of 120 and nothing yet",
)
TALK: Final = {
    "en": (
        "anyone about tonight, I could do with a hand moving the sofa",
        "that was the best curry in years, thanks for cooking",
        "could somebody lend me a ladder for the weekend please",
        "the weather has been dreadful all week, never stops raining",
    ),
    "pl": (
        "czy ktoś będzie dzisiaj wieczorem w domu, muszę oddać klucze",
        "dziękuję bardzo za pomoc przy przeprowadzce, było ciężko",
        "jutro nie mogę przyjść do pracy, jestem chory",
    ),
    "ro": (
        "mulțumesc pentru ajutor, ne vedem mâine dimineață la depozit",
        "cine vine diseară la fotbal, avem nevoie de încă doi oameni",
        "nu am primit încă banii pentru luna trecută",
    ),
    "fr": (
        "est-ce que quelqu'un peut m'aider à déménager samedi prochain",
        "je suis arrivé en retard à cause des travaux sur la route",
        "merci beaucoup pour le dîner, c'était vraiment délicieux",
    ),
    "es": (
        "alguien sabe dónde puedo arreglar la furgoneta este fin de semana",
        "muchas gracias por todo, nos vemos mañana por la mañana",
        "todavía no me han pagado las horas de la semana pasada",
    ),
    "pt": (
        "alguém pode dar-me boleia amanhã de manhã para o trabalho",
        "obrigado pela ajuda, ficou tudo muito bem arrumado",
        "ainda não recebi o dinheiro da semana passada",
    ),
    "de": (
        "kann mir jemand am Wochenende beim Umzug helfen, es ist nicht viel",
        "vielen Dank für das Essen, es hat allen sehr gut geschmeckt",
        "der Laster steht noch auf dem Hof und hat einen Platten",
    ),
    "tr": (
        "yarın sabah erken geliyorum, anahtarı komşuya bırak lütfen",
        "bu akşam maç var, kimler geliyor bize haber verin",
    ),
    "uk": (
        "дякую за допомогу, побачимось завтра вранці біля складу",
        "хто може завтра відвезти мене на роботу, машина зламалася",
    ),
}
SILENT: Final = ("👍", "😂😂😂", "🔥", "🚚💨", "🙏", "…", "ok", "lol")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


def said(template: str, language: str, fill: Filler) -> Said:
    """A template with its slots filled, and where each landed."""
    text, planted, last = "", list[Planted](), 0
    for match in _SLOT.finditer(template):
        text += template[last : match.start()]
        written, kind, value = fill(match[1])
        if kind:
            planted.append(Planted(kind, len(text), len(text) + len(written), value))
        text, last = text + written, match.end()
    return Said(text + template[last:], language, tuple(planted))


def after(prefix: str, what: Said) -> Said:
    """A text with something before it."""
    shift = len(prefix)
    moved = (Planted(one.kind, one.start + shift, one.end + shift, one.value) for one in what.planted)
    return Said(prefix + what.text, what.language, tuple(moved))


def dated(draw: Random, day: date, sent: datetime) -> str:
    """A day as somebody writes it on another: with the year, without it, or as seen from there."""
    # Around midnight a zone decides which day it is.
    near = (day - sent.date()).days if 2 <= sent.hour <= 21 else None
    if near in (0, 1) and draw.random() < 0.3:
        return "tomorrow" if near else "today"
    roll, month = draw.random(), _MONTHS[day.month - 1]
    if roll < 0.3:
        return f"on {day.isoformat()}"
    if roll < 0.5:
        return f"on {day.day} {month[:3]}"
    if roll < 0.65:
        return f"on {day:%d/%m/%Y}"
    return (
        f"on {_DAYS[day.weekday()]} {day.day} {month}" if roll < 0.8 else f"on {day.day} {month} {day.year}"
    )


def plate(draw: Random) -> str:
    """A road vehicle's mark of the style since 2001, with its space."""
    letters = "ABCDEFGHJKLMNOPRSTUVWXY"
    mark = "".join(letters[int(draw.random() * len(letters))] for _ in range(5))
    return f"{mark[:2]}{51 + int(draw.random() * 25)} {mark[2:]}"
