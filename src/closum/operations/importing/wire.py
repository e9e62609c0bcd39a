"""What the child process that reads a file tells the server: rows that are ready to be written, and those that are not."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from closum.model import document
from closum.model.resource import Resource, Row
from closum.resources.lead import LEAD


class Ready(msgspec.Struct, array_like=True, tag=0, gc=False):
    """A row of the file as a new lead: its own values in the order of `OWN`, those of what it shows in the order of
    `SHOWN`, None where it shows nothing; the terms that it is found by, and its cells as they were."""

    line: int
    values: list[Any]
    nested: list[list[Any] | None]
    terms: list[list[str]]
    cells: list[str]


class Faulty(msgspec.Struct, array_like=True, tag=1, gc=False):
    """A row that is refused. A fault is [column, property, rule, message], its column from 1, 0 for the row as a whole."""

    line: int
    faults: list[list[Any]]
    cells: list[str]


class LeftOut(msgspec.Struct, array_like=True, tag=2, gc=False):
    """A line that is no record, such as the foot of a report."""

    line: int


Row_ = Ready | Faulty | LeftOut
"""What becomes of a record of the file."""


class Rows(msgspec.Struct, tag="rows"):
    """Records of the file in their order, and warnings of them: [line, rule, message]."""

    rows: list[Row_]
    warnings: list[list[Any]]


class Analysis(msgspec.Struct, tag="analysis"):
    """What the file is: its form, the sheets that it has, what its columns mean, its first rows as they are, and about how many
    it has, None where nothing tells."""

    form: dict[str, Any]
    sheets: list[str]
    mapping: list[list[Any]]
    first: list[list[str]]
    about: int | None


class End(msgspec.Struct, tag="end"):
    """There are no more records."""


class Stopped(msgspec.Struct, tag="stopped"):
    """The file cannot be read, and why."""

    reason: str


Told = Rows | Analysis | End | Stopped


def own(resource: Resource) -> tuple[str, ...]:
    """The columns of a new record that come from its body, and those that are made from them."""
    derived = [column for one in resource.derived for column in one.columns]
    return (*resource.writable_names, *(one for one in derived if one not in resource.writable_names))


DATED = LEAD.dated
OWN = (*own(LEAD), DATED, "id")
"""Of a row its own values, the date at which it was made, and the id of the lead that it means; these where a column has them."""
SHOWN = tuple(own(nested.resource) for nested in LEAD.nested)

_own = itemgetter(*own(LEAD))
_shown: tuple[Callable[[Row], Sequence[Any]], ...] = tuple(itemgetter(*names) for names in SHOWN)
_BLANK = {
    column: value
    for nested in LEAD.nested
    for column, value in {**nested.copy(None), f"{nested.name}_status": None}.items()
}


def texts(cells: Sequence[Any]) -> list[str]:
    """Cells as they were; JSON values that are no text as they were written, null as nothing, and texts of a list in lines."""
    return [one if isinstance(one, str) else _text(one) for one in cells]


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return "" if value is None else document.write(value)


def ready(line: int, values: Row, shown: Mapping[str, Row], cells: Sequence[Any]) -> Ready:
    """What is sent of a row."""
    assert LEAD.terms
    row = {**_BLANK, **values}
    nested: list[list[Any] | None] = []
    for one, take in zip(LEAD.nested, _shown, strict=True):
        record = shown.get(one.name)
        nested.append(list(take(record)) if record else None)
        if record:
            found = {**one.resource.initial, **record}
            row |= {f"{one.name}_{column}": found[column] for column in one.copies}
    terms = [list(some) for some in LEAD.terms.make(row)]
    return Ready(line, [*_own(values), values.get(DATED), values.get("id")], nested, terms, texts(cells))
