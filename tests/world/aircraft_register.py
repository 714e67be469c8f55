"""The aircraft register in both generations: who owned and flew which airframe, in free text, from when to when."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Self, TextIO

from .care import Tally
from .companies import Company, identity
from .company_names import written_otherwise
from .flights import aircraft, fleet_size
from .people import Person, mistyped
from .plan import Plan
from .seeds import OWNER, rng
from .truth import Truth

OWNS: Final = 0.006
"""Chance that a person, or a company, owns a light aircraft."""
_FIRST: Final = 5_000
"""Light aircraft begin at this place of the fleet's numbering, so that no two airframes have one code."""
_NEW = (
    "icao24,timestamp,acars,adsb,built,categoryDescription,country,engines,firstFlightDate,firstSeen,icaoAircraftClass,"
    "lineNumber,manufacturerIcao,manufacturerName,model,modes,nextReg,notes,operator,operatorCallsign,operatorIata,"
    "operatorIcao,owner,prevReg,regUntil,registered,registration,selCal,serialNumber,status,typecode,vdl"
)
_OLD = (
    "icao24,registration,manufacturericao,manufacturername,model,typecode,serialnumber,linenumber,icaoaircrafttype,operator,"
    "operatorcallsign,operatoricao,operatoriata,owner,testreg,registered,reguntil,status,built,firstflightdate,"
    "seatconfiguration,engines,modes,adsb,acars,notes,categoryDescription"
)
NEW: Final = tuple(_NEW.split(","))
OLD: Final = tuple(_OLD.split(","))
_QUOTED: Final = {"icao24", "timestamp"}
_BARE: Final = {"acars", "adsb", "built", "firstFlightDate", "firstSeen", "modes", "regUntil", "registered", "vdl", "country",
                "registration", "icaoAircraftClass"}  # fmt: skip
"""Columns of the new generation that are not text, or are never written as an empty text."""
_LIGHT: Final = (
    ("P28A", "PIPER", "Piper", "PA-28-161", "L1P"),
    ("C172", "CESSNA", "Cessna", "172S", "L1P"),
    ("R44", "ROBINSON", "Robinson", "R44 II", "H1P"),
    ("DR40", "ROBIN", "Robin", "DR400/180", "L1P"),
    ("C25A", "CESSNA", "Cessna", "525A Citation CJ2+", "L2J"),
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who owns: the name as the register should have it, and who it is."""

    name: str
    kind: str
    true_id: str


@dataclass(frozen=True, slots=True)
class Airframe:
    """One airframe with its owner since a day, and the one before."""

    icao24: str
    registration: str
    make: tuple[str, str, str, str, str]
    serial: str
    owner: Owner | None
    since: date
    before: Owner | None = None
    began: date | None = None
    until: date | None = None
    operator: tuple[str, str, str] = ("", "", "")
    """Name, callsign and ICAO code of who flies it."""
    previous: str = ""


class Register:
    """Writes both files; `lines` counts rows by file."""

    def __init__(self, plan: Plan, out: Path, truth: Truth, tally: Tally) -> None:
        self._plan, self._truth, self._tally = plan, truth, tally
        self.new_name = f"aircraft-database-complete-{plan.months[-1]:%Y-%m}.csv"
        self.old_name = f"aircraftDatabase-{plan.months[0].year - 4}-06.csv"
        self._paths = out / self.new_name, out / self.old_name
        self._stack, self._count = ExitStack(), 0
        self.lines = {self.new_name: 0, self.old_name: 0}

    def __enter__(self) -> Self:
        self._new, self._old = (self._stack.enter_context(_open(path)) for path in self._paths)
        self._new.write(",".join(f"'{name}'" for name in NEW) + "\n")
        self._old.write(",".join(OLD) + "\n" + "," * (len(OLD) - 1) + "\n")
        for code in ("000000", "000023"):
            self._new.write(_new_row({"icao24": code, "timestamp": "2017-10-19 18:30:18", "model": "unknow"}))
            self.lines[self.new_name] += 1
        for index in range(fleet_size(self._plan)):
            self._fleet(index)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def offer(self, company: Company, people: list[Person]) -> None:
        """What a company and the people whose home it is own."""
        draw = rng(self._plan.seed, OWNER, company.index)
        owners = [_person(who) for who in people if draw.random() < OWNS]
        if draw.random() < OWNS and company.live_on(self._plan.months[0]):
            owners.append(Owner(company.name_on(self._plan.months[0]), "Company", company.number))
        for owner in owners:
            self._count += 1
            craft = aircraft(self._plan.seed, _FIRST + self._count)
            since = date(2008, 1, 1) + timedelta(days=int(draw.random() * 6_600))
            earlier = (
                identity(self._plan.seed, int(draw.random() * self._plan.companies))
                if draw.random() < 0.5
                else None
            )
            self.add(
                draw,
                Airframe(
                    craft.icao24,
                    craft.registration,
                    _LIGHT[int(draw.random() * len(_LIGHT))],
                    f"28-{42_001 + self._count}",
                    owner,
                    since,
                    Owner(earlier.name, "Company", earlier.number) if earlier else None,
                    since - timedelta(days=400 + int(draw.random() * 2_000)),
                    previous=f"N{44_000 + self._count}" if draw.random() < 0.2 else "",
                ),
            )

    def _fleet(self, index: int) -> None:
        """An airline's aircraft: a company of the world leases it out, the airline flies it."""
        draw, craft = rng(self._plan.seed, OWNER, index, 1), aircraft(self._plan.seed, index)
        lessor = identity(self._plan.seed, int(draw.random() * self._plan.companies))
        since = date(2012, 1, 1) + timedelta(days=int(draw.random() * 5_000))
        made = Airframe(
            craft.icao24,
            craft.registration,
            (
                craft.typecode,
                craft.model.split()[0].upper(),
                craft.model.split()[0],
                craft.model.partition(" ")[2],
                "L2J",
            ),
            str(2_000 + index),
            Owner(lessor.name, "Company", lessor.number),
            since,
            operator=(craft.operator.name, craft.operator.name.split()[0].upper(), craft.operator.icao),
        )
        self.add(draw, made)

    def add(self, draw: Random, made: Airframe, *, careful: bool = False) -> None:
        """Write an airframe into the new file, and into the old one as it was; `careful` writes names as they are."""
        shown, kept = self._named(draw, made.owner, careful)
        typecode, icao, maker, model, shape = made.make
        self._new.write(
            _new_row(
                {
                    "icao24": made.icao24,
                    "timestamp": f"{self._plan.months[-1]:%Y-%m-%d} 03:10:00",
                    "built": f"{made.since.year - 9}-01-01",
                    "country": "United Kingdom",
                    "icaoAircraftClass": shape,
                    "manufacturerIcao": icao,
                    "manufacturerName": maker,
                    "model": model,
                    "operator": made.operator[0],
                    "operatorCallsign": made.operator[1],
                    "operatorIcao": made.operator[2],
                    "owner": shown,
                    "prevReg": made.previous,
                    "regUntil": made.until.isoformat() if made.until else "",
                    "registered": made.since.isoformat(),
                    "registration": made.registration,
                    "serialNumber": made.serial,
                    "typecode": typecode,
                }
            )
        )
        self._told(self.new_name, made, made.owner if kept else None)
        if made.before and made.began:
            name, kept = self._named(draw, made.before, careful)
            ended = made.since if draw.random() < 0.5 else None
            cells = {
                "icao24": made.icao24, "registration": made.registration, "manufacturericao": icao, "manufacturername": maker,
                "model": model, "typecode": typecode, "serialnumber": made.serial, "icaoaircrafttype": shape, "owner": name,
                "registered": made.began.isoformat(), "reguntil": ended.isoformat() if ended else "", "modes": "false",
                "adsb": "false", "acars": "false", "built": f"{made.since.year - 9}-01-01",
            }  # fmt: skip
            self._old.write(",".join(_old_cell(cells.get(column, "")) for column in OLD) + "\n")
            self._told(self.old_name, made, made.before if kept else None)

    def _named(self, draw: Random, owner: Owner | None, careful: bool) -> tuple[str, bool]:
        """An owner as the register writes it, and whether that says who it is."""
        if owner is None or careful:
            return (owner.name if owner else "Private"), owner is not None
        state = self._tally.draw(draw, "aircraft", "owner")
        if state == "missing":
            return ("Private", "Registration Pending", "")[int(draw.random() * 3)], False
        if state == "right":
            return owner.name, True
        if owner.kind == "Company":
            other = written_otherwise(draw, owner.name)
            return (other if other != owner.name else mistyped(draw, owner.name)), True
        first, _, last = owner.name.rpartition(" ")
        return (
            f"{last} {first}".upper(),
            owner.name.replace(" ", "\n", 1),
            f"{first[:1]} {last}",
            mistyped(draw, owner.name),
        )[int(draw.random() * 4)], True

    def _told(self, file: str, made: Airframe, owner: Owner | None) -> None:
        self.lines[file] += 1
        key = f"{file}#{made.icao24}"
        self._truth.add("aircraft", key, "aircraft", "Aircraft", made.icao24)
        if owner:
            self._truth.add("aircraft", key, "owner", owner.kind, owner.true_id)
        if made.operator[2] and file == self.new_name:
            self._truth.add("aircraft", key, "operator", "Organisation", f"O:{made.operator[2]}")


def _person(who: Person) -> Owner:
    return Owner(f"{who.forenames} {who.surname}", "Person", who.true_id)


def _new_row(cells: dict[str, str]) -> str:
    return ",".join(_new_cell(name, cells.get(name, "")) for name in NEW) + "\n"


def _new_cell(name: str, text: str) -> str:
    """A cell in single quotes where the register has them: empty texts, and what would be read otherwise without."""
    if name in ("acars", "adsb", "modes", "vdl"):
        return "0"
    plain = (
        text
        and not set(text) & set(",'\"\n")
        and name not in _QUOTED
        and not (name == "serialNumber" and text.isdigit())
    )
    if plain or (not text and name in _BARE):
        return text
    return "'" + text.replace("'", "''") + "'"


def _old_cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")
