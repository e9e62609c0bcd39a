"""The history of a record, as it is printed: a line for each property of each change."""

import importlib
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any

from closum_client.cli.failure import ERROR, Failure
from closum_client.cli.text import as_json, cell, say, visible
from closum_client.cli.values import local_time

COLUMNS = ("operation", "at", "verb", "who", "property", "before", "after")
SHORT = ("before", "after")
LEAST = ("operation", "who")
MISSING = "(not kept)"


def moment(at: Any) -> str:
    """A time as people read it."""
    return visible(local_time(str(at)))


def who(change: dict[str, Any]) -> str:
    """The user or the API key that asked for a change, or how it was asked for."""
    key = change.get("key")
    if isinstance(key, dict):
        return visible(f"key {key.get('name') or key.get('id')}")
    user = change.get("user")
    if isinstance(user, dict):
        return visible(str(user.get("email") or f"user {user.get('id')}"))
    return visible(str(change.get("cause", "")))


def show(answer: dict[str, Any], times: Collection[str], *, raw: bool) -> None:
    """A page of a history; `times` are the properties that are timestamps. Raises Failure where the answer has no history."""
    changes, places = answer["data"], answer.get("pagination")
    sound = isinstance(changes, list) and all(isinstance(one, dict) for one in changes)
    if not sound or not isinstance(places, dict):
        raise Failure(ERROR, "The server's answer has no history: is it closum, and as new as this client?")
    if raw:
        say("[" + ",\n".join(map(as_json, changes)) + "]")
    elif sys.stdout.isatty():
        _table(changes, times, places.get("next"))
    else:
        say(
            "".join("\t".join(row) + "\n" for one in changes for row in _rows(one, str(one.get("at")))),
            nl=False,
        )


def _table(changes: list[dict[str, Any]], times: Collection[str], before: Any) -> None:
    table = importlib.import_module("closum_client.cli.terminal").Table(COLUMNS, LEAST, SHORT)
    table.add([row for one in changes for row in _rows(one, moment(one.get("at")), times)])
    if before is not None:
        say(f"Older changes: --before {visible(str(before))}")
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def _rows(change: dict[str, Any], at: str, times: Collection[str] = ()) -> Iterator[list[str]]:
    """A row for each property, but for those that a new record does not have."""
    begin = [cell(change.get("operation")), visible(at), cell(change.get("verb")), who(change)]
    properties = change.get("properties")
    if not isinstance(properties, dict):
        yield [*begin, MISSING, "", ""]
        return
    shown = {
        name: one for name, one in properties.items() if isinstance(one, dict) and one != {"after": None}
    }
    for name, values in shown.items() or [("", {})]:
        read = moment if name in times else cell
        yield [*begin, visible(name), *(_value(values.get(when), read) for when in SHORT)]


def _value(value: Any, read: Callable[[Any], str]) -> str:
    return "" if value is None else read(value)
