"""What is written down of a lead on its page, saved at once: a note, its stage and owner, a follow-up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from closum.errors import fault
from closum.http.answer import Headers
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.several import Part
from closum.resources.lead import LEAD
from closum.resources.note import KINDS, NOTE
from closum.resources.task import TASK
from closum.web.cookies import OF_NOTE
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.records import inputs, writing

SET = ("contact_lifecycle_stage_id", "owner_id")
"""The properties of the lead itself."""
NEXT = "next"
"""The button that leads on to the next lead of the list."""
WHEN, DAYS = "task.when", ("1", "3", "7")
"""When a follow-up is due: in so many days, or on a day, at a time and for somebody that are chosen; "" for no date."""
_LONG = 90 * 24 * 3600
_LABELS = {
    "note.text": "note.new",
    "note.kind": "note.kind",
    "task.text": "task.new",
    "task.due": "task.due",
    "task.user_id": "task.user_id",
}


def _typed(page: Page, lead: Row, form: Form) -> dict[str, str]:
    """What is in the inputs: at first, or as a form has it that was sent."""
    first = {
        "note.text": "",
        "note.kind": _last_kind(page),
        "task.text": "",
        WHEN: "",
        "task.due.day": _in_days(page, 1),
        "task.due.time": "",
        "task.user_id": str(page.session.user_id),
        **{name: "" if lead[name] is None else str(lead[name]) for name in SET},
    }
    kept = {name for name in SET if form(f"{inputs.CHOOSE}{name}") == inputs.THEIRS}
    return {name: text if name in kept else form(name, text) for name, text in first.items()}


def shown(page: Page, lead: Row, form: Form, faults: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows of it."""
    keys = {**{name: f"lead.{name}" for name in SET}, **_LABELS}
    return {
        "typed": _typed(page, lead, form),
        "was": form(inputs.WAS) or inputs.was(LEAD, inputs.stored(LEAD, lead, page.locale, SET), SET),
        "tag": form("tag"),
        "faults": faults,
        "summary": [
            (name.replace(".", "-"), page.words(keys[name])) if name in keys else ("main", text)
            for name, text in faults.items()
        ],
        "kinds": [(one, page.words(f"note.kind.{one}")) for one in KINDS],
        "whens": [(one, page.words(f"due_in.{one}")) for one in ("", *DAYS, "day")],
    }


def parts(page: Page, form: Form, lead_id: int) -> Iterator[Part]:
    """The note and the follow-up of which something is filled in."""
    if form("note.text").strip():
        yield _part(page, NOTE, lead_id, {"text": form("note.text"), "kind": form("note.kind")})
    text, when = form("task.text").strip(), form(WHEN)
    if not (text or when):
        return
    fields = {"text": text or page.words.task_usual}
    if when in DAYS:
        fields["due.day"] = _in_days(page, int(when))
    elif when:
        fields |= {name: form(f"task.{name}") for name in ("due.day", "due.time", "user_id")}
    part = _part(page, TASK, lead_id, fields)
    yield part if fields.get("due.day") != "" else _without_a_day(part)


def _part(page: Page, resource: Resource, lead_id: int, fields: Mapping[str, str]) -> Part:
    texts = inputs.sent(resource, Form([("lead_id", str(lead_id)), *fields.items()]))
    made = inputs.body(resource, texts, inputs.touched(resource, texts, ""), None, page.locale)
    return Part(resource, writing.draft(resource, made.body, ()), resource.name)


def _without_a_day(part: Part) -> Part:
    return part._replace(draft=replace(part.draft, faults={**part.draft.faults, "due": fault("_required")}))


def read_out(form: Form) -> list[tuple[str, str]]:
    """The texts that somebody has typed, by the key of what they are called."""
    return [(_LABELS[name], form(name)) for name in ("note.text", "task.text") if form(name).strip()]


def last_kind(page: Page, parts: Sequence[Part]) -> Headers:
    """The header by which the next note is of the kind of this one, for its author in this browser."""
    kinds = [one.draft.values["kind"] for one in parts if one.resource is NOTE]
    return [OF_NOTE.set(page.request.scope, f"{page.session.user_id}.{one}", _LONG) for one in kinds]


def _last_kind(page: Page) -> str:
    user, _, kind = OF_NOTE.read(page.request.scope).partition(".")
    return kind if user == str(page.session.user_id) and kind in KINDS else KINDS[0]


def _in_days(page: Page, days: int) -> str:
    return (page.locale.there(page.now).date() + timedelta(days=days)).isoformat()
