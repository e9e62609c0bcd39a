"""Texts that nobody types who means well, and an account that has them wherever it takes text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from closum.model.fields import Text
from closum.model.resource import Resource
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.resources.unqualified_lead import UNQUALIFIED_LEAD
from tests.support import import_calls
from tests.support.client import Client

FILE = Path(__file__).parents[1] / "data" / "hostile.json"
FEW = (CONTACT_TYPE, CONTACT_LIFECYCLE_STAGE, AUDIENCE_LIST)
"""Of these a page shows all, in menus too: they get one text of each kind."""


class Payload(NamedTuple):
    """`kind` is what the text was written against."""

    kind: str
    text: str


PAYLOADS = [Payload(**one) for one in json.loads(FILE.read_text(encoding="utf-8"))]
OF_EACH_KIND = [*{one.kind: one for one in reversed(PAYLOADS)}.values()]


class Poured(NamedTuple):
    """Ids of leads by their texts, and of imports."""

    leads: Mapping[str, int]
    imports: Sequence[int]

    def of_each_kind(self) -> list[int]:
        """Of leads."""
        return [self.leads[one.text] for one in OF_EACH_KIND]


def pour(api: Client) -> Poured:
    """Put every text into every property that takes it, of an account."""
    contact_type = api.new("contact_type", {"label": "Plain"})
    leads = _batch(api, LEAD, [_body(LEAD, one.text) for one in PAYLOADS])
    _batch(
        api,
        UNQUALIFIED_LEAD,
        [_body(UNQUALIFIED_LEAD, one.text, contact_type_id=contact_type) for one in PAYLOADS],
    )
    for lead, one in zip(leads, PAYLOADS, strict=True):
        _create(api, NOTE, _body(NOTE, one.text, lead_id=lead, kind="call"))
        _create(api, TASK, _body(TASK, one.text, lead_id=lead, due="2026-01-31T17:00:00+00:00"))
    for resource in FEW:
        for one in OF_EACH_KIND:
            _create(api, resource, _body(resource, one.text))
    for lead in _batch(api, LEAD, [_body(LEAD, one.text) for one in OF_EACH_KIND]):
        api.delete(f"/api/lead/{lead}").raise_for_status()
    of = {one.text: lead for one, lead in zip(PAYLOADS, leads, strict=True)}
    return Poured(of, [_import(api, number) for number in range(0, len(PAYLOADS), 24)])


def _body(resource: Resource, text: str, **plain: Any) -> dict[str, Any]:
    """The text in each property that takes any."""
    body: dict[str, Any] = {one.name: text for one in texts(resource)}
    if any(one.name == "custom_data" for one in resource.writable):
        body["custom_data"] = {text: text, "list": [text, {text: None}], "deep": {text: {text: text}}}
    return body | plain


def texts(resource: Resource) -> Iterator[Text]:
    return (one for one in resource.writable if type(one) is Text)


def _batch(api: Client, resource: Resource, bodies: Sequence[Mapping[str, Any]]) -> list[int]:
    """The ids of new records: what a record does not take is left out of it."""
    path = f"/api/{resource.name.replace('_', '-')}/batch"
    ids, left = dict[int, int](), dict(enumerate(bodies))
    while left:
        items = [{"action": "create", "data": body} for body in left.values()]
        results = api.data("POST", path, {"items": items})
        sent, left = left, {}
        for (number, body), result in zip(sent.items(), results, strict=True):
            if result["status"] == 201:
                ids[number] = result["body"]["data"]["id"]
            else:
                left[number] = _without(body, result["body"]["data"])
    return [ids[number] for number in range(len(bodies))]


def _create(api: Client, resource: Resource, body: Mapping[str, Any]) -> None:
    """A new record, if it takes the text."""
    answer = api.post(f"/api/{resource.name.replace('_', '-')}", json=body)
    assert answer.status_code in (201, 400, 422), answer.text


def _without(body: Mapping[str, Any], refusal: Mapping[str, Any]) -> dict[str, Any]:
    """A body without what was refused of it: without any text where there is no rule to name, as for a NUL."""
    texts_of = {name for name, value in body.items() if not isinstance(value, int)}
    faults = refusal.get("errors", texts_of)
    kept = {name: value for name, value in body.items() if name not in faults}
    return {"name": "Refused"} | kept


def _import(api: Client, start: int) -> int:
    """An import of some of them: as headings, as values, and one as the name of the file."""
    some = [one.text for one in PAYLOADS[start : start + 24]]
    lines = [["Name", *some], *([text, *some] for text in some)]
    content = "\n".join(",".join(map(_cell, line)) for line in lines)
    name = next(
        (text for text in some if text.isascii() and text.isprintable() and len(text) < 60), "leads.csv"
    )
    number = import_calls.send(api, content, name)
    if start % 48 == 0:
        import_calls.started(api, number, dry_run=start % 96 == 0)
    return number


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", "") + '"'
