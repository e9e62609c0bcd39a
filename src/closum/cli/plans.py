"""What would be erased, as tables for a terminal."""

from collections.abc import Iterable, Iterator, Sequence

import click

from closum.cli.printable import printable
from closum.model.fields import Text
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import Key
from closum.operations.person import Erased, Kept, Plan, showers
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account

WIDEST = 40  # characters of a column


def show(plan: Plan, owner: Account) -> None:
    """Print all that would go, what stays because others show it, and who is behind the same main number."""
    click.echo(f"Of the account '{owner.name}' these would be erased:\n")
    for one in showers():
        shown = [_shower(plan, one, row) for other, row in plan.first_showing if other is one]
        _echo_table(shown, sum(other is one for other, _ in plan.showing), one.several)
    records = [(f"{resource.one} {row['id']}", _text(resource, row)) for resource, row in plan.first_records]
    _echo_table(records, len(plan.records) + len(plan.children), "records")
    if plan.kept:
        click.echo(f"These stay, because other {showers_called()}s show them:\n")
        _echo_table([_kept(one) for one in plan.kept], plan.kept_count, "records")
    if plan.former:
        click.echo("From the history of records that stay, these former values would be erased:\n")
        _echo_table([_former(*one) for one in plan.first_former.items()], len(plan.former), "records")
    if plan.at_extensions:
        click.echo("These stay, because they belong to other people at extensions of the number:\n")
        _echo_table([_kept(one) for one in plan.at_extensions], len(plan.at_extensions), "records")


def _former(key: Key, values: Sequence[str]) -> tuple[str, str]:
    resource, record_id = key
    return f"{resource.one} {record_id}", ", ".join(map(_short, values))


def _shower(plan: Plan, resource: Resource, row: Row) -> tuple[str, ...]:
    return _lead(plan, row) if resource is LEAD else (f"{resource.one} {row['id']}", _text(resource, row))


def _lead(plan: Plan, row: Row) -> tuple[str, ...]:
    phone = f"{row['phone_extension']} {row['phone_number']}" if row["phone_id"] else None
    city = plan.cities.get(row["city_id"])
    cells = (row["name"], row["email_email"], phone, city)
    return (f"lead {row['id']}", *(cell or "-" for cell in cells), row["creation_date"][:10])


def _text(resource: Resource, row: Row) -> str:
    if resource in (EMAIL, PHONE):
        return str(row["email"]) if resource is EMAIL else f"{row['extension']} {row['number']}"
    return next((row[one.name] or "-" for one in resource.fields if isinstance(one, Text)), "")


def record_text(kept: Kept) -> str:
    """The address or number of a record, as a terminal may show it."""
    return printable(_text(kept.resource, kept.row))


def showers_called() -> str:
    """What one of the records is called that show a person's address or number: an unqualified lead is a lead, too."""
    return LEAD.one


def _kept(kept: Kept) -> tuple[str, str, str]:
    names = [_called(one, row, kept.resource) for one, row in kept.shown_by]
    if kept.shown_count > len(names):
        names.append(f"and {kept.shown_count - len(names)} more")
    shown = ", ".join(names) or "no lead"
    return f"{kept.resource.one} {kept.row['id']}", _text(kept.resource, kept.row), shown


def _called(resource: Resource, row: Row, shown: Resource) -> str:
    """A record by its number and its name, or else by what it shows besides a record of `shown`."""
    others = [
        " ".join(str(row[f"{one.name}_{name}"]) for name in one.shows)
        for one in resource.nested
        if one.resource is not shown and row[one.link] is not None
    ]
    text = row.get("name") or next(iter(others), "")
    return f"{resource.one} {row['id']}" + (f" ({_short(text)})" if text else "")


def _echo_table(rows: Sequence[tuple[str, ...]], count: int, called: str) -> None:
    for line in _aligned(rows):
        click.echo(f"  {line}")
    if count > len(rows):
        click.echo(f"  and {count - len(rows)} more {called}: --dry-run shows them")
    if count:
        click.echo()


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    shown = [[*(_short(cell) for cell in row[:-1]), printable(row[-1])] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def counted(size: Erased) -> str:
    former = f" and {former_values(size.former)}" if size.former else ""
    records = number(size.records + size.belonging, "record")
    return f"{number(size.showing, showers_called())} and {records}{former}"


def former_values(number_of_records: int) -> str:
    """What goes from the history of records that stay."""
    return f"former values of {number(number_of_records, 'other record')}"


def number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
