"""The commands that only one resource has, such as history or merge."""

from typing import TYPE_CHECKING, Any

import click

from closum_client._resource import Action
from closum_client.cli import body as bodies
from closum_client.cli import export, filters, outcomes, revisions, show
from closum_client.cli.commands import word_of
from closum_client.cli.common import ID, VALUES, body_of, command, if_match_option
from closum_client.cli.connection import AGAIN, connected
from closum_client.cli.given import Whole
from closum_client.cli.labels import Labels
from closum_client.cli.pages import MAX_LIMIT, unexpected
from closum_client.cli.refusals import explain
from closum_client.cli.text import as_json, say
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client._answers import Envelope
    from closum_client.cli.calls import Calls

WHICH = ("filter", "q", "changed_since")
"""The parameters of a query string that say which records, as those of a list do."""

PARAMS = {"limit": Whole(MAX_LIMIT), "page": Whole(), "before": Whole()}
"""Types of the parameters of a query string that are no texts."""

PARAM_HELP = {
    "limit": f"How many at most, up to {MAX_LIMIT}; 25 by default.",
    "before": "Go on behind the page that named this number; the newest by default.",
}


def command_of(resource: Resource, action: Action) -> click.Command:
    """The command that does it."""
    if action.result == "file":
        return export.command_of(resource, action)
    found = _setters(resource, action)

    def run(
        raw: bool,
        url: str | None,
        token: str | None,
        id: int | None = None,
        data: str | None = None,
        if_match: str | None = None,
        **given: Any,
    ) -> None:
        params = {name: given.pop(name) for name in action.params}
        body = body_of(found, data, given) if action.properties else None
        path = f"/api/{resource.slug}{action.tail.replace('{id}', str(id))}"
        refused = explain(resource, id, found if data is None else [], _repeated(action))
        with connected(url, token, refused, AGAIN if action.method == "POST" else 0) as client:
            answer = client.request(action.method, path, params=params, json=body, if_match=if_match)
            _acted(client, resource, action, answer, raw=raw)

    return command(word_of(action), run, _help(resource, action), *_options(resource, action, found))


def _setters(resource: Resource, action: Action) -> list[bodies.Setter]:
    """The options for its properties: those of the record are as in a patch of one, and what it may be told to do is a flag."""
    own, nested = {one.name for one in resource.properties}, {one.name: one for one in resource.nested}
    shown = [one.name for one in action.properties if one.type == "object" and one.name in nested]
    taken = [one for one in action.properties if one.name not in shown]
    flags = [one for one in taken if one.type == "boolean" and not one.required and one.name not in own]
    asked = tuple(one._replace(type=bodies.FLAG) if one in flags else one for one in taken)
    made = resource._replace(properties=asked, nested=tuple(nested[name] for name in shown))
    return bodies.setters(made, merges=action.method == "PATCH")


def _repeated(action: Action) -> str:
    """What to repeat with a new ETag; nothing where it takes none."""
    return word_of(action) if action.conditional else ""


def _help(resource: Resource, action: Action) -> str:
    values = VALUES if action.properties else ""
    which = f"\n\n{filters.syntax(resource)}" if "filter" in action.params else ""
    return f"{action.description}{values}{which}"


def _options(resource: Resource, action: Action, found: list[bodies.Setter]) -> list[click.Parameter]:
    made: list[click.Parameter] = [ID] if "{id}" in action.tail else []
    made += [_param(resource, name) for name in action.params]
    made += bodies.options(found) if action.properties else []
    return [*made, *([if_match_option(resource, "Do it")] if action.conditional else [])]


def _param(resource: Resource, name: str) -> click.Parameter:
    """The option for a parameter of the query string."""
    if name in WHICH:
        return filters.which(resource, name)
    metavar = "N" if name in PARAMS else None
    text = PARAM_HELP.get(name, f"The {name} of a list.")
    return click.Option([f"--{name.replace('_', '-')}"], type=PARAMS.get(name), metavar=metavar, help=text)


def _acted(client: "Calls", resource: Resource, action: Action, document: "Envelope", *, raw: bool) -> None:
    answer = document["data"]
    if action.result == "revisions":
        revisions.show(document, resource.times, raw=raw)
        return
    if action.result == "record" and not isinstance(answer, dict):
        raise unexpected(resource)
    if action.result == "nothing" and not raw:
        say(outcomes.done(resource, action.name))
    elif action.result == "record" and not raw:
        show.retrieved(resource, answer, Labels(client, resource, of_many=False))
    elif action.result == "data":
        outcomes.told(client, resource, action.name, document, raw=raw)
    else:
        say(as_json(answer))
