"""What a forename says of who somebody is: what it may be short for, and when two of them cannot be one person's.

The same rule as the person model's comparison of forenames (models/person.py), which says it in SQL over pairs: here it is asked
of clusters. tests/graph/resolution/test_forenames.py holds the two to each other.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

# One line a name: what it is short for first, then its short and familiar forms, and other spellings of it. A form may stand in
# several lines: "Pat" is Patrick or Patricia, and is evidence for neither against the other.
_SHORT: Final = """DAVID DAVE DAVEY
JAMES JIM JIMMY JAMIE
ANDREW ANDY DREW
MICHAEL MIKE MICK MICKY MICKEY MICHEAL
ROBERT BOB BOBBY ROB ROBBIE BERT
RICHARD DICK RICK RICKY RICH
PETER PETE
CHRISTOPHER CHRIS KIT
STEPHEN STEVE STEVEN STEPH STEVIE
THOMAS TOM TOMMY
DANIEL DAN DANNY
MATTHEW MATT MATHEW
WILLIAM BILL BILLY WILL WILLY
JONATHAN JON JONNY JONATHON JOHNATHAN
JOHN JACK JOHNNY JOHNNIE JON
ANTHONY TONY ANTONY
PHILIP PHIL PHILLIP PIP
BENJAMIN BEN BENNY BENJI
ALEXANDER ALEX ALEC SANDY SASHA
NICHOLAS NICK NICKY NICOLAS
SAMUEL SAM SAMMY
TIMOTHY TIM
EDWARD TED ED EDDIE NED TEDDY
JOSEPH JOE JOEY JO
GEORGE GEORGIE
CHARLES CHARLIE CHAS CHUCK
KENNETH KEN KENNY
RONALD RON RONNIE
RAYMOND RAY
GERALD GERRY JERRY
LAWRENCE LARRY LAURENCE LAURIE
FREDERICK FRED FREDDIE FREDDY
ALBERT AL ALBIE
HENRY HARRY HAL
LEONARD LEN LENNY
PATRICK PADDY PAT
STUART STU STEWART
GREGORY GREG
GRAHAM GRAEME
TERENCE TERRY
VINCENT VINCE VINNY
MARTIN MARTY
SIMON SI
ELIZABETH LIZ LIZZIE BETH BETTY LIBBY BESS ELIZA BETTE ELISABETH
CATHERINE CATH CATHY KATE KATIE KATHERINE KATHRYN KATHY KAY KIT
MARGARET MAGGIE MEG PEGGY MADGE MARGE
SUSAN SUE SUSIE SUZANNE
SARAH SALLY SARA
REBECCA BECKY BECCA
JENNIFER JENNY JEN
VICTORIA VICKY VICKI TORI
PATRICIA PAT TRISH TRICIA PATTY
DEBORAH DEBBIE DEBRA DEB
CHRISTINE CHRIS TINA CHRISSIE CHRISTINA
SAMANTHA SAM SAMMIE
JACQUELINE JACKIE JACQUI
AMANDA MANDY
ALISON ALLISON
JOANNE JO JOANNA
NATALIE NAT
ALEXANDRA ALEX ALEXA LEXI SANDY SASHA
CHARLOTTE LOTTIE CHARLEY CHARLIE
DOROTHY DOT DOTTY DOLLY
ELEANOR ELLIE NELL NELLIE
FLORENCE FLO FLOSSIE
FRANCES FRAN FANNY FRANKIE
GERTRUDE TRUDY
HELEN NELLY
BARBARA BARB BABS
THERESA TERESA TESS TESSA
VALERIE VAL
MOHAMMED MUHAMMAD MOHAMED MOHAMMAD MO MUHAMMED MOHAMAD
AHMED AHMAD
HUSSAIN HUSSEIN HUSAIN
KRZYSZTOF KRIS
TOMASZ TOMEK
MALGORZATA GOSIA
KATARZYNA KASIA
AGNIESZKA AGA
ALEKSANDR OLEKSANDR SASHA
DMITRY DIMA DMITRI DMITRIY
SERGEI SERGEY SERHII
FRANCIS FRAN FRANK FRANKIE
STEPHANIE STEPH STEVIE
NICOLA NICKY NICKI NIC
DANIELLE DAN DANNI
ROBERTA BOBBIE
GEORGINA GEORGIE GINA
GEORGIA GEORGIE
JOSEPHINE JO JOSIE
HAROLD HARRY HAL
HARRIET HARRY HATTIE
EDMUND ED EDDIE TED NED
EDWIN ED EDDIE
THEODORE THEO TED
DONALD DON DONNIE
GABRIEL GABE
NATHAN NAT NATE
NATHANIEL NAT NATE
TERESA TERRY TERRI
GERALDINE GERRY GERRI
GERARD GERRY
JEREMY JERRY JEZ
ALFRED ALF ALFIE FRED
HERBERT HERB BERT
ALAN ALLAN ALLEN AL
ALISTAIR AL ALASTAIR ALASDAIR ALISDAIR
ANDREA ANDY ANDIE
ANTONIA TONI TONIA
ANTOINETTE TONI
SANDRA SANDY
PHILIPPA PIP PIPPA PHIL
VERONICA RONNIE
BERNARD BERNIE
BERNADETTE BERNIE
LESLIE LES
LOUIS LOU LEWIS
LOUISE LOU
MAXIMILIAN MAX
MAXWELL MAX
MAXINE MAX
BENEDICT BEN
JULIAN JULES
JULIE JULES
KIMBERLEY KIM KIMBERLY
MARTINA TINA MARTY
VALENTINA VAL TINA
ELEANORA NELL
LAURA LAURIE
LAUREN LAURIE
ROBIN ROB BOB
WILHELMINA BILLIE WILLA
WILFRED WILF WILL FRED
GWENDOLINE GWEN GWENDOLYN
RONAN RON
BRIAN BRYAN
ERIC ERIK
CARL KARL
MARK MARC
GEOFFREY JEFFREY GEOFF JEFF
ANN ANNE ANNIE
LYNN LYNNE
NEIL NEAL
SEAN SHAUN SHAWN
IAN IAIN
TRACEY TRACY
CLAIRE CLARE
HANNAH HANNA
MARIAM MARYAM
JUSTIN JUSTYN
HASSAN HASAN
BARNABY BARNEY"""


class Called(NamedTuple):
    """What a mention says of its name that others of its cluster must not contradict. title: "M" or "F". generation: 1 for senior."""

    first: str | None
    middle: str | None = None
    last: str | None = None
    title: str | None = None
    generation: int | None = None


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _SHORT.splitlines():
        full, *short = line.split()
        for form in (full, *short):
            found.setdefault(form, []).append(full)
    return {form: tuple(fulls) for form, fulls in found.items()}


def meanings(name: str) -> tuple[str, ...]:
    """The full names that a forename may be a form of; itself when none is known."""
    return _meanings().get(name, (name,))


def canonical(name: str) -> str:
    """The first of its meanings, by which mentions meet."""
    return meanings(name)[0]


@cache
def _listed(what: str) -> frozenset[str]:
    path = Path(__file__).parent / "models" / "person_1" / f"{what}.txt"
    return frozenset(path.read_text(encoding="ascii").split())


def listed(name: str) -> bool:
    """Whether a forename is one that people bear, so that it is no slip of the pen for another."""
    return name in _listed("forenames") or name in _meanings()


def surname_listed(name: str) -> bool:
    """Whether a surname is one that people bear."""
    return name in _listed("surnames")


@lru_cache(maxsize=200_000)
def contradiction(a: Called, b: Called) -> str:
    """Why two names cannot be one person's; "" when they can."""
    if a.first and b.first and not _agree(a, b):
        return "forenames contradict"
    if a.title and b.title and a.title != b.title:
        return "titles contradict"
    if a.generation and b.generation and a.generation != b.generation:
        return "generation"
    if a.middle and b.middle and not middles_agree(a.middle, b.middle):
        return "middle names contradict"
    return ""


@lru_cache(maxsize=200_000)
def middles_agree(x: str, y: str) -> bool:
    """Whether two people's middle names, words with spaces between, may be one person's: some are the same, one is an initial, or
    cut short, or a slip of the other. The model's own levels for pairs of middle names (models/person.py)."""
    if x == y or not set(x.split()).isdisjoint(y.split()):
        return True
    if x[0] == y[0] and (1 in (len(x), len(y)) or x.startswith(y) or y.startswith(x)):
        return True
    return JaroWinkler.similarity(x, y) >= 0.88


def bridgeable(one: Called, other: Called) -> bool:
    """Whether two forenames that contradict each other may be slips of a third: two names that people bear are not."""
    return not (listed(one.first or "") and listed(other.first or ""))


def bridges(third: Called, one: Called, other: Called) -> bool:
    """Whether two forenames that contradict each other are slips of a third, which is a name, and of one meaning."""
    if not third.first or not listed(third.first) or len(third.first) == 1 or len(meanings(third.first)) > 1:
        return False
    if not bridgeable(one, other):
        return False
    return not contradiction(third, one) and not contradiction(third, other)


def _agree(a: Called, b: Called) -> bool:
    x, y = a.first or "", b.first or ""
    if x == y or not set(meanings(x)).isdisjoint(meanings(y)) or _swapped(a, b) or _swapped(b, a):
        return True
    if 1 in (len(x), len(y)):
        return x[0] == y[0]
    return (
        slip(x, y)
        or slip(canonical(x), y)
        or slip(x, canonical(y))
        or x in (b.middle or "").split()
        or y in (a.middle or "").split()
    )


def _swapped(a: Called, b: Called) -> bool:
    """Whether a's parts stand in the other order than b's: "Tanner Michael" for Mike Tanner, or for Mike T."""
    if not a.first or not a.last or not b.first or not b.last:
        return False
    given = f"{b.first} {b.middle}" if b.middle else b.first
    return (a.first == b.last or b.last == a.first[0]) and (
        canonical(a.last) == canonical(b.first) or a.last == given
    )


def slip(x: str, y: str) -> bool:
    """Whether one is the other with a slip of the pen: one letter within the word, two from eight letters, and no name of its own.

    The first and the last letter stand, but that the last two may change places: what differs there is mostly another name (Amit and
    Amita, Gurpreet and Harpreet)."""
    turned = min(len(x), len(y)) >= 5 and x[-1] == y[-2] and x[-2] == y[-1]
    if listed(x) == listed(y) or x[0] != y[0] or not (x[-1] == y[-1] or turned):
        return False
    return nearly(x, y)


def nearly(x: str, y: str) -> bool:
    """Whether one letter differs, or two of eight or more."""
    return DamerauLevenshtein.distance(x, y) <= (2 if min(len(x), len(y)) >= 8 else 1)
