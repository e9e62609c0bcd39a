"""closum lead merge."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from closum.accounts import users
from closum.cli.options import Number, database, flag, open_session, option
from closum.cli.options import account as account_option
from closum.cli.printable import printable
from closum.cli.undo import messages
from closum.errors import Faults, Invalid, Merged, NotFound, Refusal
from closum.model.draft import MAX_ID, Draft
from closum.model.resource import Record
from closum.operations import merging
from closum.operations.merging import IDS, PROPERTIES
from closum.resources.lead import LEAD
from closum.store.unit import Unit


class Taken(click.ParamType[tuple[str, int]]):
    """A property, and the lead that gives it."""

    name = "property"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        name, _, text = str(value).partition("=")
        if name not in merging.names(LEAD) or not (text.isascii() and text.isdigit()):
            names = ", ".join(merging.names(LEAD))
            self.fail(f"it must be such as name=18, with one of {names}, not '{value}'", param, ctx)
        return name, int(text[:20])


@click.command()
@click.argument("target", type=Number(MAX_ID))
@click.argument("ids", type=Number(MAX_ID), nargs=-1, required=True, metavar="IDS...")
@option(
    "take",
    type=Taken(),
    multiple=True,
    metavar="PROPERTY=ID",
    help="Which lead gives a property, such as name=18; the target by default, else the first that has it.",
)
@account_option
@flag("dry-run", help="Show the lead as it would be; change nothing.")
@database
def merge(
    target: int,
    ids: tuple[int, ...],
    take: tuple[tuple[str, int], ...],
    account: str | None,
    dry_run: bool,
    database: str | None,
) -> None:
    """Have the leads IDS go into the lead TARGET, which takes from them what it lacks.

    It is one operation: `closum lead undo` gives all back as it was.
    """
    wanted = Draft({IDS: [*ids], PROPERTIES: dict(take)}, {}, {})
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
            if dry_run:
                _show(_found(merging.preview, unit.of(owner.id), target, wanted)["record"])
                return
        with session.write(owner.id) as unit:
            done = _found(merging.write, unit, target, wanted)
        names = f"{'leads' if ids[1:] else 'lead'} {', '.join(map(str, ids))}"
        click.echo(f"Operation {done.operation}: {names} went into lead {target}.")


def _found(function: Callable[..., Any], unit: Unit, target: int, wanted: Draft) -> Any:
    try:
        return function(unit, LEAD, target, wanted)
    except Invalid as invalid:
        raise Refusal("; ".join(_lines(invalid.faults, wanted.values[IDS]))) from None
    except NotFound:
        into = merging.elsewhere(unit, LEAD, target)
        gone = f"Lead {target} went into lead {into.merged_into}" if isinstance(into, Merged) else ""
        raise Refusal(gone or f"There is no lead {target} in the account") from None


def _lines(faults: Faults, ids: Sequence[int]) -> Iterator[str]:
    """The messages, with the lead or the option that each is of."""
    for group, found in faults.items():
        for name, one in found.items() if isinstance(found, dict) else ():
            named = f"lead {ids[int(name)]}" if group == IDS and name.isdigit() else f"--take {name}"
            whose = "" if isinstance(one, str) else f"{named}: "
            yield from (f"{whose}{text}" for text in ([one] if isinstance(one, str) else messages(one)))


def _show(record: Any) -> None:
    for name in LEAD.listing.retrieved:
        value = record[name]
        if isinstance(value, Record):
            value = " ".join(str(value[one]) for one in value.__struct_fields__ if one != "id")
        click.echo(f"{name}: {'-' if value is None else printable(str(value))}")
