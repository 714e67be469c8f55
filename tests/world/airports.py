"""Airports: public facts for a few dozen fields at home and abroad, in the OurAirports columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADER: Final = (
    "id,ident,type,name,latitude_deg,longitude_deg,elevation_ft,continent,iso_country,iso_region,municipality,"
    "scheduled_service,icao_code,iata_code,gps_code,local_code,home_link,wikipedia_link,keywords"
)


@dataclass(frozen=True, slots=True)
class Airport:
    """One airport; `zone` is the name of its time zone, `size` the OurAirports type without `_airport`."""

    ident: str
    iata: str
    name: str
    city: str
    region: str
    lat: float
    lon: float
    feet: int
    zone: str
    size: str

    @property
    def country(self) -> str:
        return self.region.split("-")[0]


_ROWS: Final = """\
EGLL|LHR|London Heathrow Airport|London|GB-ENG|51.4706|-0.461941|83|Europe/London|large
EGKK|LGW|London Gatwick Airport|London|GB-ENG|51.148102|-0.190278|202|Europe/London|large
EGCC|MAN|Manchester Airport|Manchester|GB-ENG|53.349375|-2.279521|257|Europe/London|large
EGPH|EDI|Edinburgh Airport|Edinburgh|GB-SCT|55.950145|-3.372288|135|Europe/London|large
EGBB|BHX|Birmingham Airport|Birmingham|GB-ENG|52.453899|-1.748028|327|Europe/London|large
EGPF|GLA|Glasgow Airport|Glasgow|GB-SCT|55.871899|-4.43306|26|Europe/London|large
EGSS|STN|London Stansted Airport|London|GB-ENG|51.884998|0.235|348|Europe/London|large
EGGW|LTN|London Luton Airport|London|GB-ENG|51.874699|-0.368333|526|Europe/London|large
EGGD|BRS|Bristol Airport|Bristol|GB-ENG|51.382702|-2.71909|622|Europe/London|large
EGNT|NCL|Newcastle Airport|Newcastle upon Tyne|GB-ENG|55.037498|-1.69167|266|Europe/London|medium
EGGP|LPL|Liverpool John Lennon Airport|Liverpool|GB-ENG|53.333599|-2.84972|80|Europe/London|medium
EGNM|LBA|Leeds Bradford Airport|Leeds|GB-ENG|53.865898|-1.66057|681|Europe/London|medium
EGAA|BFS|Belfast International Airport|Belfast|GB-NIR|54.657501|-6.21583|268|Europe/London|medium
EGAC|BHD|George Best Belfast City Airport|Belfast|GB-NIR|54.618099|-5.8725|15|Europe/London|medium
EGFF|CWL|Cardiff International Airport|Cardiff|GB-WLS|51.396702|-3.34333|220|Europe/London|medium
EGPD|ABZ|Aberdeen Dyce Airport|Aberdeen|GB-SCT|57.201900|-2.19778|215|Europe/London|medium
EGHI|SOU|Southampton Airport|Southampton|GB-ENG|50.950298|-1.3568|44|Europe/London|medium
EGLC|LCY|London City Airport|London|GB-ENG|51.505299|0.055278|19|Europe/London|medium
EGNX|EMA|East Midlands Airport|Nottingham|GB-ENG|52.831100|-1.32806|306|Europe/London|medium
EGSH|NWI|Norwich Airport|Norwich|GB-ENG|52.675800|1.28278|117|Europe/London|medium
EGTE|EXT|Exeter Airport|Exeter|GB-ENG|50.734402|-3.41389|102|Europe/London|medium
EGPE|INV|Inverness Airport|Inverness|GB-SCT|57.542500|-4.0475|31|Europe/London|medium
EGMC|SEN|London Southend Airport|Southend|GB-ENG|51.571400|0.695556|49|Europe/London|medium
EGHH|BOH|Bournemouth Airport|Bournemouth|GB-ENG|50.779999|-1.8425|38|Europe/London|medium
EGJJ|JER|Jersey Airport|Saint Peter|JE-U-A|49.207901|-2.19551|277|Europe/Jersey|medium
EGJB|GCI|Guernsey Airport|Saint Peter Port|GG-U-A|49.435001|-2.60197|336|Europe/Guernsey|medium
EGNS|IOM|Isle of Man Airport|Castletown|IM-U-A|54.083302|-4.62389|52|Europe/Isle_of_Man|medium
EGLF|FAB|Farnborough Airport|Farnborough|GB-ENG|51.275799|-0.776333|238|Europe/London|medium
EGKB|BQH|London Biggin Hill Airport|London|GB-ENG|51.330799|0.0325|598|Europe/London|medium
EGTK|OXF|Oxford Airport|Kidlington|GB-ENG|51.836899|-1.32|270|Europe/London|medium
EGSV||Old Buckenham Airfield|Old Buckenham|GB-ENG|52.497501|1.05194|194|Europe/London|small
EGBO||Wolverhampton Halfpenny Green Airport|Bobbington|GB-ENG|52.517502|-2.25972|283|Europe/London|small
EGTB||Wycombe Air Park|High Wycombe|GB-ENG|51.611698|-0.808333|520|Europe/London|small
EGBT||Turweston Aerodrome|Turweston|GB-ENG|52.040798|-1.09556|448|Europe/London|small
EGHO||Thruxton Aerodrome|Andover|GB-ENG|51.210602|-1.6|319|Europe/London|small
EGSU||Duxford Aerodrome|Duxford|GB-ENG|52.090801|0.131944|125|Europe/London|small
EIDW|DUB|Dublin Airport|Dublin|IE-D|53.421299|-6.27007|242|Europe/Dublin|large
EICK|ORK|Cork Airport|Cork|IE-CO|51.841301|-8.49111|502|Europe/Dublin|large
EHAM|AMS|Amsterdam Airport Schiphol|Amsterdam|NL-NH|52.308601|4.76389|-11|Europe/Amsterdam|large
LFPG|CDG|Charles de Gaulle International Airport|Paris|FR-IDF|49.012798|2.55|392|Europe/Paris|large
LFMN|NCE|Nice-Côte d'Azur Airport|Nice|FR-PAC|43.658401|7.21587|12|Europe/Paris|large
EDDF|FRA|Frankfurt am Main Airport|Frankfurt am Main|DE-HE|50.033333|8.570556|364|Europe/Berlin|large
EDDM|MUC|Munich Airport|Munich|DE-BY|48.353802|11.7861|1487|Europe/Berlin|large
LEMD|MAD|Adolfo Suárez Madrid–Barajas Airport|Madrid|ES-M|40.471926|-3.56264|1998|Europe/Madrid|large
LEBL|BCN|Josep Tarradellas Barcelona-El Prat Airport|Barcelona|ES-CT|41.2971|2.07846|12|Europe/Madrid|large
LEMG|AGP|Málaga-Costa del Sol Airport|Málaga|ES-AN|36.6749|-4.49911|53|Europe/Madrid|large
LEPA|PMI|Palma de Mallorca Airport|Palma de Mallorca|ES-IB|39.551701|2.73881|27|Europe/Madrid|large
LPFR|FAO|Faro Airport|Faro|PT-08|37.0144|-7.96591|24|Europe/Lisbon|large
LIRF|FCO|Rome Fiumicino Airport|Rome|IT-62|41.804501|12.2508|13|Europe/Rome|large
LKPR|PRG|Václav Havel Airport Prague|Prague|CZ-PR|50.1008|14.26|1247|Europe/Prague|large
EPWA|WAW|Warsaw Chopin Airport|Warsaw|PL-MZ|52.1657|20.967101|362|Europe/Warsaw|large
EPKK|KRK|Kraków John Paul II International Airport|Kraków|PL-MA|50.077702|19.7848|791|Europe/Warsaw|large
LROP|OTP|Henri Coandă International Airport|Bucharest|RO-IF|44.571098|26.085|314|Europe/Bucharest|large
LSGG|GVA|Geneva Airport|Geneva|CH-GE|46.238098|6.10895|1411|Europe/Zurich|large
EKCH|CPH|Copenhagen Kastrup Airport|Copenhagen|DK-84|55.617901|12.656|17|Europe/Copenhagen|large
LGAV|ATH|Athens International Airport|Athens|GR-A1|37.936401|23.9445|308|Europe/Athens|large
LCLK|LCA|Larnaca International Airport|Larnaca|CY-03|34.875099|33.624901|8|Asia/Nicosia|large
LTFM|IST|Istanbul Airport|Istanbul|TR-34|41.275278|28.751944|325|Europe/Istanbul|large
OMDB|DXB|Dubai International Airport|Dubai|AE-DU|25.2528|55.3644|62|Asia/Dubai|large
KJFK|JFK|John F Kennedy International Airport|New York|US-NY|40.639801|-73.7789|13|America/New_York|large
"""


def _read(line: str) -> Airport:
    ident, iata, name, city, region, lat, lon, feet, zone, size = line.split("|")
    return Airport(ident, iata, name, city, region, float(lat), float(lon), int(feet), zone, size)


AIRPORTS: Final = {airport.ident: airport for airport in map(_read, _ROWS.splitlines())}
HOME: Final = [
    ident for ident, airport in AIRPORTS.items() if airport.size != "small" and ident.startswith("EG")
]
ABROAD: Final = [ident for ident in AIRPORTS if not ident.startswith("EG")]


def write_airports(path: Path) -> int:
    """Write the file; its lines, header included."""
    rows = [HEADER]
    for place, airport in enumerate(AIRPORTS.values()):
        continent = {"OMDB": "AS", "LCLK": "AS", "KJFK": "NA"}.get(airport.ident, "EU")
        served = "yes" if airport.iata and airport.ident not in ("EGLF", "EGKB", "EGTK") else "no"
        rows.append(
            f'{2000 + place},"{airport.ident}","{airport.size}_airport","{airport.name}",{airport.lat},{airport.lon},'
            f'{airport.feet},"{continent}","{airport.country}","{airport.region}","{airport.city}","{served}",'
            f'"{airport.ident}","{airport.iata}","{airport.ident}",,,,'
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(rows)
