"""Airlines as flight numbers name them, and what else has a flight number's form: for flights.py."""

from __future__ import annotations

import re
from typing import Final

_ICAO: Final = """AAL ABY AFR AUA AUR AZA BAW BCS BEL BTI CFE CPA CSA CTN DAL DHK DLH EIN EJU ETD ETH EWG EXS EZS EZY FDX FIN GEC GRL IBE
    IBK ICE KLM LGL LOG LOT MSR NAX NJE NOZ NSZ PGT QFA QTR RAM ROT RUK RYR SAS SHT SIA SVA SWR TAP THY TOM TRA TUI TVF UAE UAL UPS
    VIR VJT VLG WIF WUK WZZ"""
_IATA: Final = """A3 AA AC AF AH AI AM AR AS AT AV AY AZ B6 BA BG BR BT BY CA CI CX CY CZ D8 DE DL DS DY EI EJ EK EN ET EW EY F9 FB FI
    FR FZ GA GF HA HU HV IB IY J2 JL JQ JU KE KK KL KM KQ KU LA LG LH LM LO LS LX LY ME MH MS MU NH NZ OK OS OU PC PK PR PS QF QR
    QS RC RJ RK RO S4 SK SN SQ SS SU SV TB TG TK TO TP TR TU U2 UA UL UX VA VN VS VT VY W4 W6 W9 WB WF WN WS X3 XQ 3O 3V 4U 5O 6E"""
KNOWN: Final = frozenset(_ICAO.split()) | frozenset(_IATA.split())
"""Designators (ICAO, IATA) of airlines that fly to and from Europe: "BUY 20KG today" and "WW2 today" have a flight number's
form. One that is not among them needs more to be told by."""

_SHORT: Final = "AM AN AS AT BE BY DO GO HE HI IF IN IS IT ME MY NO OF OH OK ON OR PC PM SO TO TV UP US WE"
WORDS: Final = frozenset(_SHORT.split())
"""What in front of a number is a word rather than an airline: "MEET AT 7 ON FRIDAY"."""

THINGS: Final = re.compile(
    r"PS[1-5]|UB40|WD40|AK(?:47|74)|AR15|MP[345]|GT[1-4]|FL[0-9]{3}|[ABM][0-9]{1,4}|[A-Z][0-9] ?[0-9]{1,2}"
    r"|(?:RTX|GTX|GPT|GTA|COD|NBA|USB|DDR|HDR|ISO|MSN|PIN|REF|SKU|THC|VAT|USD|EUR|GBP|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
    r"|MON|TUE|WED|THU|FRI|SAT|SUN|THE|AND|FOR|BUY|GET|ALL|ASK|PAY|SEE|WAS|ARE|NOT|NOW|ONE|TWO|YES|TOP|TEN|CAR|BUS|VAN|FLAT?) ?[0-9]{1,4}"
)
"""What has a flight number's form and is a console, a weapon, a road, a form, a car, a word: "PS5 today", "P45 tomorrow"."""
