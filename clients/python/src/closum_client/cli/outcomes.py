"""What became of calls that answer neither a record nor a list of them, as a terminal shows it; a pipe gets JSON."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from closum_client.cli import body as bodies
from closum_client.cli import show
from closum_client.cli.failure import program
from closum_client.cli.labels import Labels
from closum_client.cli.text import as_json, cell, counted, say, visible
from closum_client.cli.values import local_time
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client._answers import Envelope
    from closum_client.cli.calls import Calls

Data = dict[str, Any]
Show = Callable[[Resource, "Envelope", Labels], None]


def told(client: "Calls", resource: Resource, name: str, document: "Envelope", *, raw: bool) -> None:
    """Print the data of an answer to the call of that name. What is not in a known shape is JSON, too."""
    data = document["data"]
    if raw or not sys.stdout.isatty() or not SHAPES.get(name, _is_object)(data):
        say(as_json(data))
    elif is_begun(data):
        work = visible(str(data["job"].get("id")))
        say(f"Background work {work} does it: '{program()} job get {work}' shows how far it is.")
    else:
        SHOWS.get(name, _properties)(resource, document, Labels(client, resource, of_many=name != "merge"))


def done(resource: Resource, name: str) -> str:
    """The line of a call that answers nothing."""
    return DONE.get(name, f"Done: {resource.name} {name.replace('_', '-')}.")


def is_begun(data: Any) -> bool:
    """Whether it is background work that does it."""
    return isinstance(data, dict) and isinstance(data.get("job"), dict)


def _is_object(data: Any) -> bool:
    return isinstance(data, dict)


def _are_objects(data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(one, dict) for one in data)


def _properties(resource: Resource, document: "Envelope", labels: Labels) -> None:
    importlib.import_module("closum_client.cli.terminal").properties(show.flat(document["data"]))


def _table(
    columns: Sequence[str], least: Sequence[str], rows: list[list[str]], short: Sequence[str] = ()
) -> None:
    table = importlib.import_module("closum_client.cli.terminal").Table(columns, least, short)
    table.add(rows)
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def _batch(resource: Resource, document: "Envelope", labels: Labels) -> None:
    found = [(one.get("status"), _body(one)) for one in document["data"]]
    rows = [
        [str(number), cell(status), cell(data.get("id")), _became(data)]
        for number, (status, data) in enumerate(found)
    ]
    _table(("item", "status", "id", "result"), (), rows)
    refused = sum(type(status) is not int or status >= 400 for status, _ in found)
    say(f"{_operation(document)}{counted(len(found), 'item', 'items')}, {refused:,} refused.")


def _body(one: Data) -> Data:
    data = one["body"].get("data") if isinstance(one.get("body"), dict) else None
    return data if isinstance(data, dict) else {}


def _became(data: Data) -> str:
    """What an item was answered: its faults, or the message, or the result."""
    errors = data.get("errors")
    if isinstance(errors, dict) and errors:
        return visible("; ".join(bodies.faults(errors, [])))
    return cell(data.get("message", data.get("result", "")))


def _duplicates(resource: Resource, document: "Envelope", labels: Labels) -> None:
    _table(("score", "reasons", "ids", "names"), ("reasons",), [*map(_alike, document["data"])])
    places = document.get("pagination")
    places = places if isinstance(places, dict) else {}
    total = places.get("count")
    line = counted(
        total if type(total) is int else len(document["data"]), "pair or group", "pairs and groups"
    )
    after = places.get("next_cursor")
    say(f"{line}; more: --cursor {visible(after)}" if isinstance(after, str) else line)


def _alike(one: Data) -> list[str]:
    ids, leads = _array(one.get("ids")), _array(one.get("leads"))
    names = (lead.get("name") for lead in leads if isinstance(lead, dict))
    return [
        cell(one.get("score")),
        ", ".join(map(cell, _array(one.get("reasons")))),
        ", ".join(map(cell, ids)),
        ", ".join(cell(name) or "-" for name in names),
    ]


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _stages(resource: Resource, document: "Envelope", labels: Labels) -> None:
    """Those of a page, and how to see the earlier ones."""
    times = ("entered", "left")
    names = ("contact_lifecycle_stage_id", "label", *times, "lead_id")
    rows = [
        [local_time(cell(one.get(name))) if name in times else cell(one.get(name)) for name in names]
        for one in document["data"]
    ]
    if not rows:
        say("It has been in no stage.")
        return
    _table(("stage", "label", *times, "lead"), ("lead", "stage"), rows)
    places = document.get("pagination")
    if isinstance(places, dict) and places.get("next") is not None:
        say(f"Earlier ones: --before {cell(places['next'])}")


def _merged(resource: Resource, document: "Envelope", labels: Labels) -> None:
    data = document["data"]
    if isinstance(data.get("record"), dict):
        show.retrieved(resource, data["record"], labels)
        return
    ids = _array(data.get("merged"))
    which = f"{resource.name if len(ids) == 1 else resource.plural} {', '.join(map(cell, ids))}"
    say(_sentence(document, f"{which} went into {resource.name} {cell(data.get('id'))}."))


def _many(verb: str) -> Show:
    def shown(resource: Resource, document: "Envelope", labels: Labels) -> None:
        data = document["data"]
        if "if_count" in data:
            _counted(resource, data, labels, verb)
            return
        total = data.get("count")
        number = counted(total if type(total) is int else 0, resource.name, resource.plural)
        say(_sentence(document, f"{cell(data.get('changed'))} of {number} {verb}."))
        for one in _array(data.get("refused")):
            if isinstance(one, dict):
                say(visible(f"{resource.name} {one.get('id')} stays: {_became(one)}"))

    return shown


def _counted(resource: Resource, data: Data, labels: Labels, verb: str) -> None:
    """What a dry run found, and how to go on."""
    sample = [one for one in _array(data.get("sample")) if isinstance(one, dict)]
    if sample:
        show.some(resource, sample, labels)
    total = data.get("count")
    say(f"{counted(total if type(total) is int else 0, resource.name, resource.plural)} would be {verb}.")
    say(f"To do it: the same with --if-count {cell(data['if_count'])} in the place of --dry-run.")


def _operation(document: "Envelope") -> str:
    return f"Operation {visible(document.operation)}: " if document.operation else ""


def _sentence(document: "Envelope", text: str) -> str:
    begin = _operation(document)
    return f"{begin}{text}" if begin else f"{text[:1].upper()}{text[1:]}"


SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "batch": _are_objects,
    "duplicates": _are_objects,
    "stages": _are_objects,
}
SHOWS: Mapping[str, Show] = {
    "batch": _batch,
    "duplicates": _duplicates,
    "merge": _merged,
    "stages": _stages,
    "patch_many": _many("changed"),
    "delete_many": _many("deleted"),
}
DONE = {"dismiss_duplicates": "Dismissed: they do not come again together."}
