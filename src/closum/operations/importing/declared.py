"""Files of resources other than leads: which have imports, and what the headings mean, by the declaration and its words."""

from collections.abc import Callable, Mapping, Sequence

from closum import resources
from closum.formats.form import CSV, Record
from closum.model.resource import Resource
from closum.operations.importing import headings as words
from closum.operations.importing import mapping, sheet
from closum.operations.importing.feet import Feet
from closum.operations.importing.headings import CITY, CITY_ID, ID
from closum.operations.importing.mapping import LEFT_OUT, Column, Targets
from closum.operations.importing.reading import Faulty, Reading, Taken
from closum.operations.importing.rows import Cities, Options, Rows, refused
from closum.resources.lead import LEAD

Said = Callable[[str], Sequence[str]]
"""What pages say for a key, such as `lead.name`, in each of their languages; nothing for a key that they do not know."""

_REFERS = "_id"


def unsaid(key: str) -> Sequence[str]:
    """Where no pages are."""
    return ()


def is_imported(resource: Resource) -> bool:
    """Whether files become its records: leads, and what a form makes a record of, by itself."""
    if resource is LEAD:
        return True
    if resource.shared or resource.singleton or resource.nested or resource.told:
        return False
    return {"list", "create"} <= {*resource.verbs} and not resources.RESOURCES.shown_by(resource)


def names() -> list[str]:
    """The names of all resources with imports, leads first."""
    found = [one.name for one in resources.RESOURCES if is_imported(one)]
    return sorted(found, key=lambda name: name != LEAD.name)


def targets(resource: str) -> Targets:
    """What the columns of its files can become."""
    if resource == LEAD.name:
        return mapping.OF_LEADS
    return Targets((*resources.RESOURCES.of_name(resource).writable_names, ID))


def known(resource: str, said: Said) -> dict[str, str] | None:
    """The property that each heading means, by its `words.key`: its name, and what pages call it; None for leads, of which
    headings mean more.
    """
    if resource == LEAD.name:
        return None
    found = dict[str, str]()
    for name in resources.RESOURCES.of_name(resource).writable_names:
        for text in (name, name.removesuffix(_REFERS), *said(f"{resource}.{name}")):
            found.setdefault(words.key(text), name)
    found.pop("", None)
    return found


def meaning(heading: str, known: Mapping[str, str]) -> str:
    """The property that a heading means, else what it means of a lead, if there is such a property; "" without one."""
    if found := known.get(words.key(heading)):
        return found
    of_lead = words.meaning(heading)
    to = of_lead.to if of_lead else LEFT_OUT
    to = CITY_ID if to == CITY else to
    return to if to in known.values() else LEFT_OUT


def is_known(heading: str, known: Mapping[str, str]) -> bool:
    """Whether a heading says what its column is, so that its row may be a header."""
    return bool(meaning(heading, known)) or sheet.is_number(heading)


def propose(headings: Sequence[str], known: Mapping[str, str]) -> list[Column]:
    """What the headings say: the first column of those with one meaning has it, the others are left out."""
    taken, columns = set[str](), list[Column]()
    for number, heading in enumerate(headings, 1):
        to = meaning(heading, known)
        columns.append(Column(number, heading, LEFT_OUT if to in taken else to))
        taken.add(to)
    return columns


class Cells(Rows):
    """Reads the records of a file whose values the server reads: blank rows, and those that are no records, are left out."""

    def __init__(self, headings: Sequence[str], format: str = CSV) -> None:
        super().__init__(headings, (), Options(None, 0), Cities.of(()), format)
        if self._feet:  # a text alone in its row may be what a record is called by
            self._feet = Feet(headings, (), range(len(headings)), any_value=True)

    def _read(self, record: Record, row: Reading) -> Taken | Faulty:
        return refused(record, row) if row.faults else Taken(row.line, row.cells)
