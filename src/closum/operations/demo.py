"""Demo leads: reproducible, believable, valid, and written in sets."""

from collections.abc import Callable, Iterator
from functools import cache, partial

from closum.errors import Refusal
from closum.model.draft import Draft, Intent, Put
from closum.model.text import sort_key
from closum.operations import records
from closum.operations.people import Person, people
from closum.resources.lead import LEAD
from closum.store import tally
from closum.store.unit import Unit

LARGE_SET = 1_000
SMALL_SET = 25  # what fits well into the 20 ms of a writer beside a server

Step = Callable[[Unit], None]

_name_sort = cache(sort_key)  # of some thousand names


def next_person(unit: Unit, account_id: int) -> int:
    """The number of the first person to add: one for each id that the account has given to a lead."""
    return tally.last_id(unit, account_id, LEAD)


def steps(
    account_id: int, start: int, count: int, size: Callable[[], int], report: Callable[[int, int], None]
) -> Iterator[Step]:
    """Sets of leads, to be run one after the other; `size` says of each how many it may have at most."""
    done = 0
    while done < count:
        number = min(size(), count - done)
        yield partial(_write, account_id, start + done, number)
        done += number
        report(done, count)


def draft(person: Person) -> Draft:
    """The person as a new lead, with the derived columns, as reading its body would give."""
    values = {
        "name": person.name,
        "city_id": person.city_id,
        "custom_data": person.custom_data,
        "name_sort": _name_sort(person.name),
    }
    return Draft(values, dict(_nested(person)), {})


def _nested(person: Person) -> Iterator[tuple[str, Intent]]:
    if person.email:
        keys = {"email_key": person.email_key, "email_sort": sort_key(person.email)}
        yield "email", Put({"email": person.email, **keys})
    if person.number:
        keys = {"number_key": person.number_key, "number_sort": sort_key(person.number)}
        yield (
            "phone",
            Put(
                {"extension": person.extension, "number": person.number, "is_valid": person.is_valid, **keys}
            ),
        )


def _write(account_id: int, first: int, count: int, unit: Unit) -> None:
    outcomes = records.create_many(unit, account_id, LEAD, [draft(person) for person in people(first, count)])
    if any(not isinstance(outcome, int) for outcome in outcomes):
        raise Refusal(
            "The cities of the demo data are missing: load municipalities.csv with 'closum city load'"
        )
