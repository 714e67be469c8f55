"""By what a contact is reached: telephones, e-mail addresses, handles and pages, each a thing of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from graph.ontology import ontology
from graph.values import handle, phone, url
from graph.values.folding import tidy
from ingest.describe import Description, properties_of
from ingest.extract.profiles import profile
from ingest.helpers.vcard_lines import Property
from ingest.helpers.vcard_taking import Taking
from ingest.helpers.vcard_values import HANDLES, handle_of, plain, tel_of

_PAGES = ("URL", "X-EVOLUTION-BLOG-URL", "X-WA-BIZ-URL")


def describe_reach(out: Description, taking: Taking, slot: str, prefix: str) -> list[str]:
    """Mentions of all that the card's contact is reached by, linked from its slot; gives what they show.

    One that is there twice is told once, for all it is there for. What its value type cannot read is a thing without
    an identifier, flagged."""
    version = taking.version
    shown: list[str] = []
    phones = [(text, found) for found in taking.take("TEL") for text in tel_of(found, version)]
    pages, profiles = list[tuple[str, Property]](), list[tuple[str, str, Property]]()
    for found in taking.take(*_PAGES):
        text = plain(found.value, version)
        # A page that is somebody's is the handle that a text with the same words names (ingest/extract/profiles.py).
        whose = profile(text)
        if whose is None:
            pages.append((text, found))
        elif whose[0] == "whatsapp":
            phones.append((whose[1], found))
        else:
            profiles.append((*whose, found))
    shown += _describe(out, taking, "Phone", "phone", "HAS_PHONE", slot, prefix, phones)
    emails = [(plain(found.value, version), found) for found in taking.take("EMAIL")]
    shown += _describe(out, taking, "Email", "email", "HAS_EMAIL", slot, prefix, emails)
    shown += _describe(out, taking, "Website", "url", "HAS_WEBSITE", slot, prefix, pages)
    return shown + _describe_handles(out, taking, slot, prefix, profiles)


def describe_uri(out: Description, taking: Taking, slot: str, found: Property) -> str | None:
    """What a tel: or mailto: URI leads to, as a thing by which slot is reached; what it shows, None of any other text."""
    scheme, _, rest = plain(found.value, taking.version).partition(":")
    if scheme.lower() == "tel":
        phones = [(text, found) for text in tel_of(found, taking.version)]
        shown = _describe(out, taking, "Phone", "phone", "HAS_PHONE", slot, f"{slot}_", phones)
    elif scheme.lower() == "mailto":
        address = unquote(rest.partition("?")[0])
        shown = _describe(out, taking, "Email", "email", "HAS_EMAIL", slot, f"{slot}_", [(address, found)])
    else:
        return None
    return shown[0] if shown else None


def _describe(
    out: Description, taking: Taking, kind: str, name: str, link: str, slot: str, prefix: str,
    values: list[tuple[str, Property]],
) -> list[str]:  # fmt: skip
    """Things of one kind, whose one property and identifier have one name."""
    told: dict[str, tuple[Any, str | None, list[Property]]] = {}
    for raw, found in values:
        if not tidy(raw):
            continue
        props = properties_of(kind)
        cleaned = props.add(name, raw)
        told.setdefault(cleaned or tidy(raw), (props, cleaned, []))[2].append(found)
    for number, (text, (props, cleaned, stating)) in enumerate(told.items(), start=1):
        where = f"{prefix}{kind.lower()}{'' if number == 1 else f'_{number}'}"
        if kind == "Website" and cleaned:
            props.put("host", url.host(cleaned))
        key = ontology().identifiers[name].key(cleaned) if cleaned else None
        out.mention(where, kind, authority=1, caption=text, props=props, names=(text,), keys=(key,))
        out.link(link, slot, where, props=link_props(taking, stating))
    return list(told)


def _describe_handles(
    out: Description, taking: Taking, slot: str, prefix: str, profiles: list[tuple[str, str, Property]]
) -> list[str]:
    told: dict[tuple[str, str], list[Property]] = {}
    for platform, text, found in profiles:
        told.setdefault((platform, tidy(text)), []).append(found)
    for found in taking.take(*HANDLES, "IMPP", "X-SOCIALPROFILE", "SOCIALPROFILE"):
        platform, text = handle_of(found, taking.version)
        if tidy(text):
            told.setdefault((tidy(platform), tidy(text)), []).append(found)
    shown = []
    for number, ((platform, text), stating) in enumerate(told.items(), start=1):
        where = f"{prefix}handle{'' if number == 1 else f'_{number}'}"
        props = properties_of("Handle")
        cleaned = props.add("handle", text)
        props.add("platform", platform or None)
        value = handle.key(platform, text) if platform else None
        key = ontology().identifiers["handle"].key(value) if value else None
        caption = f"{cleaned or text} ({platform})" if platform else cleaned or text
        out.mention(
            where, "Handle", authority=1, caption=caption, props=props, names=(cleaned or text,), keys=(key,)
        )
        out.link("HAS_HANDLE", slot, where, props=link_props(taking, stating, platform))
        shown.append(caption)
    return shown


def link_props(taking: Taking, found: list[Property], platform: str = "") -> dict[str, Any]:
    """type and preferred of a link to what properties state; the platform of a handle is none of its types.

    An extension is no part of the number, which others share: it is the contact's, and flags its link."""
    types = list(dict.fromkeys(kind for each in found for kind in taking.types(each) if kind != platform))
    if any("WAID" in each.params for each in found) and "whatsapp" not in types:
        types.append("whatsapp")
    behind = [phone.extension(plain(each.value, taking.version)) for each in found if each.name == "TEL"]
    return {
        "type": (types if len(types) > 1 else types[0]) if types else None,
        "preferred": True if any(each.preferred() for each in found) else None,
        "flags": [f"phone:extension={it}" for it in dict.fromkeys(behind) if it] or None,
    }
