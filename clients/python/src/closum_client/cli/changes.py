"""`closum-client changes`: what changed, and what changes from now on."""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from closum_client.cli.connection import connected, token_option, url_option
from closum_client.cli.failure import ERROR, EXIT_CODES, UNAVAILABLE, Failure, code_of, program
from closum_client.cli.pages import MAX_LIMIT
from closum_client.cli.revisions import moment, who
from closum_client.cli.text import as_json, say, visible
from closum_client.errors import ClosumError

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

PATH = "/api/change"
NOW = "now"
LEAST_PAUSE, PAUSE = 0.1, 2.0  # seconds


class Part(NamedTuple):
    """Some changes, the position to go on from, and whether there is more already."""

    changes: list[dict[str, Any]]
    next: str
    has_more: bool


@click.command(epilog=EXIT_CODES)
@click.option(
    "--since",
    metavar="POSITION",
    help="Begin behind this position; 'now' is behind the last change. Without it the oldest change that is kept is the "
    "first, and with --follow the next one.",
)
@click.option(
    "--position",
    "place",
    is_flag=True,
    help="Print the position behind the last change, and nothing else: for --since, later.",
)
@click.option("--follow", is_flag=True, help="Go on for ever: print each change as it comes.")
@click.option(
    "--every",
    type=click.FloatRange(min=LEAST_PAUSE, max=86_400.0),
    default=PAUSE,
    show_default=True,
    metavar="SECONDS",
    help="How often --follow asks.",
)
@click.option("--json", "raw", is_flag=True, help="Print each change as JSON.")
@url_option
@token_option
def changes(
    since: str | None, place: bool, follow: bool, every: float, raw: bool, url: str | None, token: str | None
) -> None:
    """Print what changed in your account, a line for each change, in their order.

    A line has the position behind the change, the time, what happened, the resource, the id of the record, the properties
    that an update changed, who did it, and the operation: on a terminal without the position, elsewhere with tabs between.
    Give the last position to --since to go on from there. To keep a copy of the records, begin with --position, then read
    them all; what changes meanwhile is behind that position.

    With --follow it waits for a server that is away, and goes on when it is back.
    """
    if place and (since is not None or follow):
        raise click.UsageError("--position is behind the last change: leave out --since and --follow.")
    with connected(url, token) as client:
        if place:
            say(visible(_part(client, NOW).next))
            return
        for part in _following(client, since, every) if follow else _known(client, since or ""):
            for change in part.changes:
                say(as_json(change) if raw else _line(change))


def _known(client: "Calls", since: str) -> Iterator[Part]:
    """What has changed by now."""
    has_more = True
    while has_more:
        part = _part(client, since)
        yield part
        since, has_more = part.next, part.has_more


def _following(client: "Calls", since: str | None, every: float) -> Iterator[Part]:
    """What changes, for ever: while the server is away nothing does."""
    is_away = False
    position = NOW if since is None else since
    while True:
        try:
            part = _part(client, position)
        except ClosumError as error:
            if code_of(error) != UNAVAILABLE:
                raise
            if not is_away:
                _note(f"Waiting for the server: {error.message}")
            is_away = True
        else:
            if is_away:
                _note("The server is back")
            is_away = False
            yield part
            position = part.next
            if part.has_more:
                continue
        pause(every)


def pause(seconds: float) -> None:
    """Wait until it is time to ask again."""
    time.sleep(seconds)


def _note(text: str) -> None:
    click.echo(f"{program()}: {visible(text)}", err=True)


def _part(client: "Calls", since: str) -> Part:
    """The changes behind a position. Raises Failure for an answer that has none."""
    answer = client.request("GET", PATH, params={"since": since, "limit": MAX_LIMIT})
    places = answer.get("pagination")
    found = answer["data"]
    sound = isinstance(places, dict) and isinstance(found, list) and all(map(_is_change, found))
    after, has_more = (
        (places.get("next"), places.get("has_next_page")) if isinstance(places, dict) else ("", "")
    )
    if not sound or not isinstance(after, str) or not isinstance(has_more, bool):
        raise Failure(ERROR, "The server's answer has no changes: is it closum, and as new as this client?")
    return Part(found, after, has_more)


def _is_change(one: Any) -> bool:
    return isinstance(one, dict) and all(name in one for name in ("position", "verb", "resource", "id", "at"))


def _line(change: dict[str, Any]) -> str:
    properties = ",".join(map(str, change.get("properties") or ()))
    record = (change["verb"], change["resource"], change["id"], properties)
    if sys.stdout.isatty():
        by = f"by {who(change)}"
        return "  ".join(visible(str(one)) for one in (moment(change["at"]), *record, by) if one != "")
    cells = (change["position"], change["at"], *record, who(change), change.get("operation", ""))
    return "\t".join(visible(str(one)) for one in cells)
