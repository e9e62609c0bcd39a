"""What the child process that reads a file tells the server: rows that are ready to be written, and those that are not."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from closum.model import document
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.operations.importing.headings import CONSENTS
from closum.resources.lead import LEAD

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str]).decode


class Ready(msgspec.Struct, array_like=True, tag=0, gc=False):
    """A row of the file as a new lead: its own values in the order of `OWN`, those of what it shows in the order of
    `SHOWN`, None where it shows nothing; the terms that it is found by, as texts, and its cells as they were, `packed`."""

    line: int
    values: Sequence[Any]
    nested: list[Sequence[Any] | None]
    terms: list[str]
    cells: msgspec.Raw


class Faulty(msgspec.Struct, array_like=True, tag=1, gc=False):
    """A row that is refused. A fault is [column, property, rule, message], its column from 1, 0 for the row as a whole."""

    line: int
    faults: list[list[Any]]
    cells: msgspec.Raw


class LeftOut(msgspec.Struct, array_like=True, tag=2, gc=False):
    """A line that is no record: why, such as `foot`, and what is in it."""

    line: int
    reason: str
    text: str


Row_ = Ready | Faulty | LeftOut
"""What becomes of a record of the file."""


class Rows(msgspec.Struct, tag="rows"):
    """Records of the file in their order, and warnings of them: [line, rule, message]."""

    rows: list[Row_]
    warnings: list[list[Any]]


class Analysis(msgspec.Struct, tag="analysis"):
    """What the file is: its form, the sheets that it has, what its columns mean, its first rows as they are and the lines at which
    they begin, and how many it has: all of them where they are `counted`, else about so many, None where nothing tells."""

    form: dict[str, Any]
    sheets: list[str]
    mapping: list[list[Any]]
    first: list[list[str]]
    lines: list[int]
    about: int | None
    counted: bool


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
OWN = (*own(LEAD), DATED, "id", *CONSENTS)
"""Of a row its own values, the date at which it was made, the id of the lead that it means, and what that lets the account
send; these where a column has them."""
SHOWN = tuple(own(nested.resource) for nested in LEAD.nested)

_own = itemgetter(*own(LEAD))


class _Sent:
    """What is sent of one kind of record that leads show, and what the terms of a lead are made of."""

    def __init__(self, nested: Nested, names: Sequence[str]) -> None:
        initial, name = nested.resource.initial, nested.name
        assert LEAD.terms
        copied = {f"{name}_{column}": column for column in nested.copies}
        needed = {of_lead: column for of_lead, column in copied.items() if of_lead in LEAD.terms.sources}
        self.name, self.take = name, itemgetter(*names)
        self.copied = [(of_lead, column) for of_lead, column in needed.items() if column in names]
        self.initial = {of_lead: initial[column] for of_lead, column in needed.items() if column not in names}


_SENT = [_Sent(nested, names) for nested, names in zip(LEAD.nested, SHOWN, strict=True)]
_BLANK = {column: value for nested in LEAD.nested for column, value in nested.copy(None).items()}


def texts(cells: Sequence[Any]) -> list[str]:
    """Cells as they were; JSON values that are no text as they were written, null as nothing, and texts of a list in lines."""
    return [one if isinstance(one, str) else _text(one) for one in cells]


def packed(cells: Sequence[Any]) -> msgspec.Raw:
    """Cells as texts, which are read of few rows alone."""
    return msgspec.Raw(_encode(texts(cells)))


def unpacked(cells: msgspec.Raw) -> list[str]:
    return _decode(cells)


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return "" if value is None else document.write(value)


def ready(
    line: int, values: Row, shown: Mapping[str, Row], cells: Sequence[Any], *, found: bool = True
) -> Ready:
    """What is sent of a row: without its terms where it is not to be `found` by them, as in a dry run."""
    records = [shown.get(one.name) for one in _SENT]
    nested = [one.take(record) if record else None for one, record in zip(_SENT, records, strict=True)]
    own_values = (*_own(values), values.get(DATED), values.get("id"), *map(values.get, CONSENTS))
    terms = _terms(values, records) if found else []
    return Ready(line, own_values, nested, terms, packed(cells))


def taken(line: int, read: Sequence[Any], cells: Sequence[Any]) -> Ready:
    """What is sent of a row of which the server makes a record: its cells as they were read, as texts."""
    return Ready(line, texts(read), [None] * len(SHOWN), [], packed(cells))


def _terms(values: Row, records: Sequence[Row | None]) -> list[str]:
    assert LEAD.terms
    row = _BLANK | values
    for one, record in zip(_SENT, records, strict=True):
        if record:
            row |= one.initial
            for of_lead, column in one.copied:
                row[of_lead] = record[column]
    return LEAD.terms.make(row).texts()
