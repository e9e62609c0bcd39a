"""Where leads come from, in plain Python: the first touch and the last one, as sent, and out of custom data."""

import json
from collections.abc import Sequence

from tests.support.model.bodies import Body
from tests.support.model.texts import scalar, words

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
FIRST = ("source", *UTM)
LAST = tuple(f"last_{name}" for name in FIRST)
TOUCHES = (*FIRST, *LAST)
KEYS = {"source": ("source", "lead_source", "origem", "origem_do_lead"), **{name: (name,) for name in UTM}}
"""The keys of custom data with a value, the first one before the others; case and punctuation make no difference."""


def read(document: str | None) -> Body:
    """The values of a touch that custom data has."""
    found = json.loads(document or "null")
    by_key: dict[str, str] = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        text = None if isinstance(value, bool) else scalar(value)
        if text and text.strip():
            by_key.setdefault("_".join(words(name)), text.strip()[:255])
    named = {name: [by_key[key] for key in keys if key in by_key] for name, keys in KEYS.items()}
    return {name: texts[0] for name, texts in named.items() if texts}


def of_new(given: Body, document: str | None) -> Body:
    """Both touches of a new lead, of which these were sent."""
    first = dict.fromkeys(FIRST) | read(document) | {name: given[name] for name in FIRST if name in given}
    last = {name: given[name] for name in LAST if name in given}
    return first | (dict.fromkeys(LAST) | last if last else as_last(first))


def of_changed(present: Body, given: Body, document: str | None) -> Body:
    """The touches of a lead after an update: other UTM values in its custom data are one."""
    if given or not document:
        return given
    found, before = read(document), read(present["custom_data"])
    is_other = any(found[name] != before.get(name) for name in UTM if name in found)
    return touch(present, found) if is_other else {}


def of_matched(present: Body, given: Body, document: str | None, *, fills: bool) -> Body | None:
    """The touches of a lead that was found by what was sent; None where that is no touch."""
    named = {name: given[name] for name in FIRST if given.get(name) is not None}
    if not (found := named or read(document)):
        return None
    if fills and has(present, LAST):
        first = {} if has(present, FIRST) else dict.fromkeys(FIRST) | found
        return first | {name: present[name] for name in LAST}
    last = {name: given[name] for name in LAST if name in given}
    return touch(present, found) | (dict.fromkeys(LAST) | last if last else {})


def touch(present: Body, found: Body) -> Body:
    """The last touch, and the first one of a lead that has none."""
    first = dict.fromkeys(FIRST) | found
    return as_last(first) | ({} if has(present, FIRST) else first)


def of_merged(leads: Sequence[Body]) -> Body:
    """Each touch as a whole, of the first of the leads that has it."""
    found: Body = {}
    for names in (FIRST, LAST):
        whose = next((lead for lead in leads if has(lead, names)), leads[0])
        found |= {name: whose[name] for name in names}
    return found


def as_last(first: Body) -> Body:
    return {f"last_{name}": first[name] for name in FIRST}


def has(lead: Body, names: Sequence[str]) -> bool:
    return any(lead[name] is not None for name in names)
