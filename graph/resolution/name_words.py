"""Words that names may have or not, or write two ways: legal forms, honours and offices, numbers in words. Of general knowledge.

All are in the spelling that company_name.key gives: upper-case ASCII, no punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph.resolution.person_names import AFTER, PARTICLES, TITLES
from graph.values.company_name import key
from graph.values.forms_abroad import FORMS as ABROAD
from graph.values.legal_forms import PHRASES, WORDS

FORMS: Final = (
    frozenset(word for form in [*ABROAD, *PHRASES.values(), *WORDS.values()] for word in form.split())
    | {"ZOO", "PTY", "PTE", "HOLDING", "HOLDINGS", "GROUP"}
) - {"J", "K"}  # fmt: skip
"""Words that tell what a body is in law and not which: the shortened forms, of Britain and abroad."""

_OFFICES: Final = """
PRESIDENT PREMIER CHANCELLOR MINISTER SECRETARY SENATOR CONGRESSMAN CONGRESSWOMAN REPRESENTATIVE DELEGATE DEPUTY SPEAKER GOVERNOR PREFECT MAYOR
ALDERMAN AMBASSADOR CONSUL ENVOY COMMISSIONER CHAIRMAN CHAIRWOMAN CHAIRPERSON CHAIR DIRECTOR COUNCILMAN COUNCILWOMAN LEADER COMRADE
JUDGE JUSTICE MAGISTRATE SHERIFF MARSHAL ATTORNEY ADVOCATE BARRISTER SOLICITOR NOTARY INSPECTOR SUPERINTENDENT CONSTABLE DETECTIVE OFFICER
HONOURABLE HONORABLE EXCELLENCY HIS HER
"""
_NOBLE: Final = """
KING QUEEN PRINCE PRINCESS EMPEROR EMPRESS TSAR CZAR SHAH SULTAN SULTANA EMIR AMIR KHEDIVE MAHARAJA MAHARANI RAJA NAWAB PASHA BEY AGHA
DUKE DUCHESS ARCHDUKE MARQUESS MARQUIS MARQUESA MARCHIONESS VISCOUNTESS KNIGHT BARONET HRH HM HH MAJESTY HIGHNESS GRAF GRAFIN FURST FREIHERR RITTER
CHIEF SAYYID SAYED SAYYED SYED SAYID SHARIF
"""
_RELIGIOUS: Final = """
POPE CARDINAL ARCHBISHOP BISHOP METROPOLITAN PATRIARCH ARCHIMANDRITE CATHOLICOS ABBOT ABBESS PRIOR PRIORESS DEAN CANON VICAR RECTOR CURATE CHAPLAIN
DEACON ARCHDEACON PRIEST PASTOR MONSIGNOR MSGR MGR PADRE ELDER APOSTLE REBBE REBBETZIN CANTOR RAV
AYATOLLAH GRANDAYATOLLAH HOJJATOLESLAM HOJATOLESLAM HOJJAT MUJTAHID MULLAH MULLA MOLLA MAULANA MAWLANA MAULVI MAULAVI MAWLAWI MOULVI MAWLAVI
MUFTI QADI QAZI KADI HAFIZ HAFEZ USTAD USTADH USTAZ ALHAJ ALHAJI ALHAJJ HAJ HAJJ HAJI HAJJI HADJI HADJ ELHADJ HAJIA HAJJA HAJIYA
SHAIKH SHEIK SHAYKH CHEIKH SHEIKHA SHAIKHA IMAAM PIR AKHUND AKHUNDZADA CALIPH KHALIFA
LAMA RINPOCHE BHIKKHU VENERABLE SWAMI GURU PANDIT PUNDIT SRI SHRI SHREE BRAHMIN GRANTHI
"""
_MILITARY: Final = """
GENERAL GEN GENERALMAJOR LIEUTENANT LIEUT LTC COLONELGENERAL BRIGADIER BRIG BRIGADEGENERAL COMMANDER CMDR CDR COMMODORE CDRE COMMANDANT ADMIRAL ADM
FIELDMARSHAL MARSHALL AIRMARSHAL SERGEANT SERJEANT CORPORAL PRIVATE PVT ENSIGN CADET MIDSHIPMAN WARRANT STAFF MAJGEN LTGEN LTCOL BGEN
GENERALISSIMO CAUDILLO OBERST HAUPTMANN FELDWEBEL OBERLEUTNANT LEUTNANT CAPITAN CORONEL TENIENTE SARGENTO COMANDANTE CAPITAINE
"""
_ACADEMIC: Final = "DOCTOR DOCTEUR DOKTOR DRA DOC DOCENT ASSOC ASST LECTURER READER PROVOST PRINCIPAL ENGINEER ENGR ARCH ARCHITECT MAGISTER DIPL DIPLING LIC LICENCIADO LICENCIADA"
_CIVIL: Final = """
MISTER MADAM MAAM MME MLLE MADEMOISELLE SENORITA SRA SRTA DON DONA DOM DONNA SENHOR SENHORA SIGNORA SIGNORINA DOTTORE DOTTORESSA DOTTSSA
FRAULEIN PANI MENEER MEVROUW GOSPODIN GOSPODA EFENDI EFFENDI HANIM SAHIB SAHEB BEGUM SHRIMATI SMT KUMARI
"""
BEFORE: Final = TITLES | frozenset(
    " ".join((_OFFICES, _NOBLE, _RELIGIOUS, _MILITARY, _ACADEMIC, _CIVIL)).split()
)
"""Honorifics, ranks and offices: before a name they are not of it; last, as in "Stephen King", they are a surname."""
AFTERWARDS: Final = AFTER - {"II", "III", "IV"}
"""Degrees, decorations, Junior and Senior."""
LIGHT: Final = PARTICLES | AFTERWARDS | {"THE", "OF", "AND", "FOR", "BEN", "E", "Y", "Z", "O", "I"}
"""Words that may be there or not, wherever they stand."""

_DIGITS: Final = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
_TEENS: Final = [
    "TEN",
    "ELEVEN",
    "TWELVE",
    "THIRTEEN",
    "FOURTEEN",
    "FIFTEEN",
    "SIXTEEN",
    "SEVENTEEN",
    "EIGHTEEN",
    "NINETEEN",
]
_TENS: Final = ["TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"]
_FIRSTS: Final = ["FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH"]
_TENTHS: Final = [
    "TENTH",
    "ELEVENTH",
    "TWELFTH",
    "THIRTEENTH",
    "FOURTEENTH",
    "FIFTEENTH",
    "SIXTEENTH",
    "SEVENTEENTH",
    "EIGHTEENTH",
    "NINETEENTH",
]


def _numbers() -> dict[tuple[str, ...], tuple[str, ...]]:
    """0 to 99 and their ordinals in English words: "SIXTY FOUR", "SIXTYFOUR" -> "64", "SIXTY FOURTH" -> "64TH"."""
    found: dict[tuple[str, ...], str] = {(word,): str(n) for n, word in enumerate([*_DIGITS, *_TEENS])}
    found |= {(word,): ordinal(n) for n, word in enumerate([*_FIRSTS, *_TENTHS], start=1)}
    for tens, ten in enumerate(_TENS, start=2):
        found[ten,] = str(10 * tens)
        found[f"{ten[:-1]}IETH",] = ordinal(10 * tens)
        for n in range(1, 10):
            for end, text in (
                (_DIGITS[n], str(10 * tens + n)),
                (_FIRSTS[n - 1], ordinal(10 * tens + n)),
            ):
                found[ten, end] = found[f"{ten}{end}",] = text
    return {words: (number,) for words, number in found.items()}


def ordinal(n: int) -> str:
    """A number's English ordinal in digits, as key writes it: "21ST", "12TH"."""
    end = "TH" if n % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(n % 10, "TH")
    return f"{n}{end}"


def _forms() -> dict[tuple[str, ...], tuple[str, ...]]:
    found = {
        tuple(key(text).split()): tuple(form.split()) for form, texts in ABROAD.items() for text in texts
    }
    # Letters set apart: "S. r. l.", "G m b H". Of two alone nobody knows whether they are initials.
    found |= {tuple(form): (form,) for form in FORMS if 3 <= len(form) <= 4}
    return found


_OFFICE: Final = {
    ("PRIME", "MINISTER"): ("MINISTER",),
    ("VICE", "PRESIDENT"): ("PRESIDENT",),
    ("VICE", "ADMIRAL"): ("ADMIRAL",),
    ("REAR", "ADMIRAL"): ("ADMIRAL",),
    ("FIELD", "MARSHAL"): ("MARSHAL",),
    ("VICE", "CHANCELLOR"): ("CHANCELLOR",),
}
_WAYS: Final = _forms() | _numbers() | _OFFICE
_STARTS: Final[dict[str, list[tuple[str, ...]]]] = {}
for _words in sorted(_WAYS, key=lambda words: (-len(words), words)):
    _STARTS.setdefault(_words[0], []).append(_words)


def one_way(words: Sequence[str]) -> list[str]:
    """Words of a key, with each form, number and office that has several ways to be written in one; the longest first."""
    found: list[str] = []
    at = 0
    while at < len(words):
        said = next(
            (way for way in _STARTS.get(words[at], ()) if tuple(words[at : at + len(way)]) == way), None
        )
        found += _WAYS[said] if said else words[at : at + 1]
        at += len(said) if said else 1
    return found
