"""Lists that begin with the newest, as they are printed: of the bin, of operations, of background work."""

import importlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from closum_client.cli import body as bodies
from closum_client.cli.failure import ERROR, Explain, Failure, Lines
from closum_client.cli.given import Whole
from closum_client.cli.pages import MAX_LIMIT
from closum_client.cli.revisions import moment
from closum_client.cli.text import as_json, cell, counted, say, visible
from closum_client.errors import ApiError, Gone, Invalid, NotFound

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

Entry = dict[str, Any]
Read = Callable[[Any], str]

EVERY = click.option("--all", "every", is_flag=True, help="All of them, one page after the other.")
LIMIT = click.option(
    "--limit",
    type=Whole(MAX_LIMIT),
    metavar="N",
    help=f"How many at most, up to {MAX_LIMIT}; 25 by default.",
)
RAW = click.option("--json", "raw", is_flag=True, help="Print the answer's data as JSON.")


def before(what: str) -> Callable[[Any], Any]:
    """The option of a list that goes on."""
    text = f"Those before this {what}; the newest by default."
    return click.option("--before", type=Whole(), metavar="ID", help=text)


class Kind(NamedTuple):
    """What is in a list: what one and several are called, where they are, and their columns, of which a narrow terminal leaves
    out the `least` first. `row` has the cells of one, with times that are read by what it is given.
    """

    name: str
    plural: str
    path: str
    columns: tuple[str, ...]
    least: tuple[str, ...]
    row: Callable[[Entry, Read], list[str]]

    @property
    def pipe(self) -> str:
        """What the help of the list says of its output."""
        return (
            "On a terminal it is a table. Elsewhere it is a line for each, with tabs between the columns and no heading: "
            f"{', '.join(self.columns)}. With --json it is one array, each on a line."
        )


class Part(NamedTuple):
    """Some of them, and what the next part is before; None where there is none."""

    entries: list[Entry]
    next: int | None


def listed(client: "Calls", kind: Kind, params: dict[str, Any], *, every: bool = False, raw: bool) -> None:
    """Print those that are asked for, and with `every` those before them."""
    if every:
        params = params | {"limit": params.get("limit") or MAX_LIMIT}
    parts = _parts(client, kind, params, every=every)
    if raw:
        _as_json(parts)
    elif sys.stdout.isatty():
        _table(kind, parts, every=every)
    else:
        for part in parts:
            rows = ("\t".join(kind.row(one, cell)) for one in part.entries)
            say("".join(f"{row}\n" for row in rows), nl=False)


def _parts(client: "Calls", kind: Kind, params: dict[str, Any], *, every: bool) -> Iterator[Part]:
    part = _part(client, kind, params)
    yield part
    while every and part.next is not None:
        following = _part(client, kind, params | {"before": part.next})
        if following.next is not None and following.next >= part.next:
            raise unexpected(kind)
        part = following
        yield part


def _part(client: "Calls", kind: Kind, params: dict[str, Any]) -> Part:
    answer = client.request("GET", kind.path, params=params)
    found, places = answer["data"], answer.get("pagination")
    sound = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    if not sound or not isinstance(places, dict):
        raise unexpected(kind)
    after = places.get("next")
    return Part(found, after if type(after) is int and places.get("has_next_page") else None)


def _as_json(parts: Iterator[Part]) -> None:
    begin = "["
    for part in parts:
        if part.entries:
            say(begin + ",\n".join(map(as_json, part.entries)), nl=False)
            begin = ",\n"
    say("[]" if begin == "[" else "]")


def _table(kind: Kind, parts: Iterator[Part], *, every: bool) -> None:
    table = importlib.import_module("closum_client.cli.terminal").Table(kind.columns, kind.least)
    shown = 0
    for part in parts:
        table.add([kind.row(one, moment_or_nothing) for one in part.entries])
        shown += len(part.entries)
        after = part.next
    older = "" if every or after is None else f"; older ones: --before {after}"
    say(f"{counted(shown, kind.name, kind.plural)}{older}")
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def moment_or_nothing(at: Any) -> str:
    """A time as people read it."""
    return "" if at is None else moment(at)


def properties(lines: list[tuple[str, str]]) -> None:
    """Names and values, a line for each; where the output is not a terminal, with a tab between."""
    if sys.stdout.isatty():
        importlib.import_module("closum_client.cli.terminal").properties(lines)
    else:
        say("".join(f"{name}\t{value}\n" for name, value in lines), nl=False)


def reader() -> Read:
    """What reads a time for the output that there is."""
    return moment_or_nothing if sys.stdout.isatty() else cell


def named(one: Entry) -> str:
    """A record that an answer names: lead 7 (name, city_id)."""
    names = f" ({', '.join(map(str, one['properties']))})" if one.get("properties") else ""
    return visible(f"{one.get('resource')} {one.get('id')}{names}")


def entry_of(answer: Entry, kind: Kind) -> Entry:
    """The data of an answer about one. Raises Failure."""
    found = answer["data"]
    if not isinstance(found, dict):
        raise unexpected(kind)
    return found


def unexpected(kind: Kind) -> Failure:
    """An answer without what was asked for."""
    said = f"The server's answer has no {kind.plural}: is it closum, and as new as this client?"
    return Failure(ERROR, said)


def explain(kind: Kind, id: int | str) -> Explain:
    """Better lines for a refusal of what is done with one."""

    def lines(error: ApiError) -> Lines | None:
        if isinstance(error, Invalid) and error.errors:
            return tuple(bodies.faults(error.errors, []))
        if isinstance(error, NotFound):
            return (f"There is no {kind.name} {id}",)
        return (error.message,) if isinstance(error, Gone) else None

    return lines
