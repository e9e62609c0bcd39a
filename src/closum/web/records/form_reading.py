"""What a form shows beside what is typed into it, read together."""

from dataclasses import dataclass, field

from closum.model.relations import Parent, Row
from closum.model.resource import Resource
from closum.resources.lead import LEAD
from closum.store.unit import Unit
from closum.web import called
from closum.web.forms import Form
from closum.web.named import USER, Named
from closum.web.records import extra, notices, options, reading
from closum.web.records.inputs import Ask, Texts, asks
from closum.web.records.notices import Alike
from closum.web.records.options import Choices
from closum.web.records.reading import Others
from closum.web.words import Words

FIND = ".find"
"""What the name of the input ends with that searches for what a reference names."""
FOUND = ".found"
"""Likewise of what has the text that was searched for last."""
MOST_NAMES = 100


@dataclass
class Read:
    """`row` is None for a new record; `names` are those in use in documents, by property, `alike` leads that look like it, and
    `showing` those that show it, which name others that are called as in `named`.
    """

    row: Row | None = None
    tag: str = ""
    choices: dict[str, Choices] = field(default_factory=dict)
    prefix: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)
    alike: list[Alike] = field(default_factory=list)
    showing: list[Others] = field(default_factory=list)
    named: Named = field(default_factory=dict)

    def chosen(self, resource: Resource) -> Named:
        """What the records and users are called that one chooses from."""
        found = dict[tuple[str, int], str]()
        for ask in asks(resource):
            if choices := self.choices.get(ask.name):
                is_of_users = ask.kind in ("user", "users")
                name = USER if is_of_users else ask.field.resource.name  # type: ignore[attr-defined]
                found |= {(name, one): title for one, title in choices.titles.items()}
        return found


def read(
    unit: Unit,
    words: Words,
    resource: Resource,
    record_id: int | None,
    texts: Texts,
    form: Form,
    with_notices: bool,
) -> Read:
    """What the form of a record needs. Raises NotFound, Merged."""
    found = Read()
    if record_id is not None:
        found.row = reading.row(unit, resource, record_id)
        found.tag = reading.tag(resource, found.row)
        found.showing = reading.showing_it(unit, resource, record_id)
        keys = (one for some in found.showing for one in reading.wanted_by(some))
        found.named = called.named(unit, keys, words) if found.showing else {}
    for ask in asks(resource):
        _read_ask(unit, resource, ask, _ids(ask, texts, found.row), form, found)
    if with_notices and resource is LEAD:
        found.alike = [one for one in notices.of_draft(unit, texts) if one.id != record_id]
    return found


def _read_ask(unit: Unit, resource: Resource, ask: Ask, now: list[int], form: Form, found: Read) -> None:
    if ask.kind == "reference":
        other: Resource = ask.field.resource  # type: ignore[attr-defined]
        if isinstance(ask.field, Parent) and now:
            found.choices[ask.name] = Choices(options.titles_of(unit, other, now))
        else:
            found.choices[ask.name] = options.of_reference(unit, other, form(f"{ask.name}{FIND}"), now)
    elif ask.kind in ("user", "users"):
        found.choices[ask.name] = options.of_users(unit, now)
    elif ask.kind == "prefix":
        found.prefix = options.last_prefix(unit)
    elif ask.kind == "document":
        names = (
            one.row.name
            for text in options.latest_documents(unit, resource, ask)
            for one in extra.members(text) or ()
        )
        found.names[ask.name] = sorted({*names})[:MOST_NAMES]


def _ids(ask: Ask, texts: Texts, row: Row | None) -> list[int]:
    """What is chosen, here and in the record as it is."""
    named = [*texts.get(ask.name, "").split(",")]
    if row is not None and ask.kind in ("reference", "user") and row.get(ask.name):
        named.append(str(row[ask.name]))
    return [int(one) for one in named if one.isascii() and one.isdigit() and 0 < len(one) < 19]
