"""The commands of a resource: list, get, create, update, patch, delete, restore; of what there is one of: show, set, patch."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from closum_client.cli import actions, filters, imports, removal, show
from closum_client.cli import body as bodies
from closum_client.cli.commands import IMPORTED, word, word_of
from closum_client.cli.common import ID, IDS, VALUES, body_of, command, if_match_option
from closum_client.cli.connection import AGAIN, connected
from closum_client.cli.failure import EXIT_CODES, INTERRUPTED, Explain, Failure, Lines
from closum_client.cli.given import Whole
from closum_client.cli.labels import Labels
from closum_client.cli.pages import MAX_LIMIT, UNCOUNTED, unexpected, walk
from closum_client.cli.refusals import explain
from closum_client.cli.text import as_json, say
from closum_client.errors import LOOK_FIRST, ApiError, NotFound
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client._answers import Envelope
    from closum_client.cli.calls import Calls

RETURN = click.Option(["--return", "returning"], is_flag=True, help="Show the record as it is then.")


def _etag(resource: Resource) -> list[click.Parameter]:
    verbs = [word(resource, verb) for verb in ("update", "patch", "delete") if verb in resource.verbs]
    verbs += [word_of(action) for action in resource.actions if action.conditional]
    text = f"Show its ETag too, for {', '.join(verbs)} --if-match."
    takes_it = "update" in resource.verbs or any(action.conditional for action in resource.actions)
    return [click.Option(["--etag"], is_flag=True, help=text)] if takes_it else []


def group(resource: Resource) -> click.Group:
    """The commands that the resource has."""
    what = f"Your {resource.name}" if resource.singleton else resource.plural.capitalize()
    made = click.Group(
        resource.slug,
        help=f"{what} on the server that you are signed in to.",
        epilog=EXIT_CODES,
    )
    for verb in resource.verbs:
        made.add_command(MAKE[verb](resource))
    if "delete" in resource.verbs:
        made.add_command(_restore(resource))
    if resource.name in IMPORTED:
        made.add_command(imports.import_command())
    for action in resource.actions:
        made.add_command(actions.command_of(resource, action))
    for one in made.commands.values():
        one.short_help = one.get_short_help_str(limit=1_000)  # click would cut it after 45 characters
    return made


def _list(resource: Resource) -> click.Command:
    def run(
        every: bool,
        limit: int | None,
        page: int | None,
        raw: bool,
        url: str | None,
        token: str | None,
        fields: str | None,
        counted: bool,
        **asked: Any,
    ) -> None:
        if every and page is not None:
            raise click.UsageError("--all shows every page: leave out --page.")
        window: dict[str, Any] = {"limit": limit, "page": page or 1, **({} if counted else UNCOUNTED)}
        if every:
            window = {"limit": limit or MAX_LIMIT, "cursor": "", **UNCOUNTED}
        params = {**window, **asked, "fields": fields}
        with connected(url, token, _no_page(resource, page), AGAIN if every else 0) as client:
            pages = walk(client, resource, params, every=every)
            if raw:
                show.listed_as_json(pages)
            else:
                columns = filters.columns(resource, fields)
                show.listed(resource, columns, pages, Labels(client, resource, of_many=True), every=every)

    return command(word(resource, "list"), run, _list_help(resource), *_list_options(resource))


def _list_help(resource: Resource) -> str:
    return f"""List {resource.plural}.

    On a terminal it is a table. Elsewhere it is a line for each {resource.name}, with tabs between the columns and no
    heading: {", ".join(resource.columns)}. Tabs and other controls in a value are shown as \\t and the like. With --json it
    is one array, a record on each line; with --all it is printed page by page.

    {filters.help_of(resource)}
    """


def _list_options(resource: Resource) -> list[click.Parameter]:
    order = click.Choice(["asc", "desc"], case_sensitive=False)
    sorts = click.Choice(resource.sorts)
    return [
        click.Option(
            ["--limit"],
            type=Whole(MAX_LIMIT),
            metavar="N",
            help=f"Records of a page, at most {MAX_LIMIT}; 25 by default.",
        ),
        click.Option(["--page"], type=Whole(), metavar="N", help="Which page; the first by default."),
        click.Option(["--sort"], type=sorts, help=f"What to sort by; {resource.default_sort} by default."),
        click.Option(["--direction"], type=order, help="Ascending, which is the default, or descending."),
        click.Option(["--all", "every"], is_flag=True, help="Every page, one after the other."),
        click.Option(
            ["--no-count", "counted"],
            flag_value=False,
            default=True,
            help="Do not count the records of all pages, which takes long where many fit.",
        ),
        *filters.options(resource),
    ]


def _no_page(resource: Resource, page: int | None) -> Explain:
    def explain(error: ApiError) -> Lines | None:
        if not isinstance(error, NotFound):
            return None
        if page is None or page == 1:
            return (f"There is no list of {resource.plural} at {error.url}: is that the server's address?",)
        return (f"There is no page {page} of {resource.plural}",)

    return explain


def _get(resource: Resource) -> click.Command:
    def run(
        raw: bool,
        url: str | None,
        token: str | None,
        id: int | None = None,
        etag: bool = False,
        fields: str | None = None,
    ) -> None:
        with connected(url, token, explain(resource, id)) as client:
            answer = client.request("GET", _path(resource, id), params={"fields": fields})
            _show(client, resource, answer, raw=raw, etag=etag)

    text = f"Show {_named(resource)}.\n\nPrints one property per line; where the output is not a terminal, a tab follows its name."
    return command(
        word(resource, "retrieve"), run, text, *_id(resource), *_fields(resource), *_etag(resource)
    )


def _show(client: "Calls", resource: Resource, answer: "Envelope", *, raw: bool, etag: bool = False) -> None:
    """The record that an answer has."""
    record = answer["data"]
    if not isinstance(record, dict):
        raise unexpected(resource)
    if etag:
        record["etag"] = answer.etag
    if raw:
        say(as_json(record))
    else:
        show.retrieved(resource, record, Labels(client, resource, of_many=False))


def _fields(resource: Resource) -> list[click.Parameter]:
    return [filters.fields_option(resource)] if resource.fields else []


def _path(resource: Resource, id: int | None) -> str:
    return f"/api/{resource.slug}" if id is None else f"/api/{resource.slug}/{id}"


def _id(resource: Resource) -> list[click.Parameter]:
    return [] if resource.singleton else [ID]


def _named(resource: Resource) -> str:
    return f"your {resource.name}" if resource.singleton else _one(resource)


def _create(resource: Resource) -> click.Command:
    found = bodies.setters(resource)

    def run(
        data: str | None,
        returning: bool,
        raw: bool,
        url: str | None,
        token: str | None,
        match: str | None = None,
        on_match: str | None = None,
        id: int | None = None,
        **given: str | None,
    ) -> None:
        if id is not None and match != "id":
            raise click.UsageError("--id is the lead to look for: it needs --match id.")
        body = {**({} if id is None else {"id": id}), **body_of(found, data, given)}
        params = {"match": match, "on_match": on_match}
        refused = explain(resource, id, found if data is None else [], "")
        with connected(url, token, refused, AGAIN) as client:
            answer = _created(client, resource, body, params, returning)
            made = answer["data"]
            if not isinstance(made, dict) or type(made.get("id")) is not int:
                raise unexpected(resource, LOOK_FIRST)
            if returning:
                _show(client, resource, answer, raw=raw)
            else:
                done = str(made.get("result", "created")).capitalize()
                say(as_json(made) if raw else f"{done} {resource.name} {made['id']}.")

    options = [*bodies.options(found), *(bodies.MATCH if resource.nested else []), RETURN]
    return command(word(resource, "create"), run, f"Create {_one(resource)}.{VALUES}", *options)


def _created(
    client: "Calls", resource: Resource, body: bodies.Body, params: Mapping[str, Any], returning: bool
) -> "Envelope":
    try:
        return client.request("POST", f"/api/{resource.slug}", params=params, json=body, returning=returning)
    except KeyboardInterrupt:
        raise Failure(INTERRUPTED, "Interrupted", LOOK_FIRST) from None


def _update(resource: Resource) -> click.Command:
    return _changing(resource, "update", "PUT", ": what is given replaces what it had", "")


def _patch(resource: Resource) -> click.Command:
    names = [f"{one.name}" for one in resource.properties if one.type == "json"]
    merged = (
        f" An object for {' or '.join(names)} is merged into the present one, where null removes a key."
        if names
        else ""
    )
    how = f", and parts of its {' and '.join(names)}" if names else f", as {word(resource, 'update')} does"
    return _changing(resource, "patch", "PATCH", how, merged)


def _changing(resource: Resource, verb: str, method: str, how: str, merged: str) -> click.Command:
    found = bodies.setters(resource, merges=bool(merged))

    def run(
        data: str | None,
        if_match: str | None,
        returning: bool,
        raw: bool,
        url: str | None,
        token: str | None,
        id: int | None = None,
        **given: str | None,
    ) -> None:
        body = body_of(found, data, given)
        if not body:
            raise click.UsageError("There is nothing to change: give an option, or --data.")
        with connected(url, token, explain(resource, id, found if data is None else [], verb)) as client:
            path = _path(resource, id)
            done = client.request(method, path, json=body, if_match=if_match, returning=returning)
            if returning:
                _show(client, resource, done, raw=raw)
            else:
                named = _named(resource) if id is None else f"{resource.name} {id}"
                say(as_json(done["data"]) if raw else f"Updated {named}.")

    text = f"Change {_named(resource)}{how}. What is not given stays as it is, and '' clears a value.{merged}{VALUES}"
    if_match = if_match_option(resource, verb.capitalize(), f" Without it the last {verb} wins.")
    return command(word(resource, verb), run, text, *_id(resource), *bodies.options(found), if_match, RETURN)


def _delete(resource: Resource) -> click.Command:
    run, text = removal.deleting(resource, partial(explain, verb="deletion")), removal.DELETE
    return command(
        word(resource, "delete"), run, text.format(resource.plural), IDS, if_match_option(resource, "Delete")
    )


def _restore(resource: Resource) -> click.Command:
    run = removal.restoring(resource, explain)
    return command(word(resource, "restore"), run, removal.RESTORE.format(resource.plural), IDS)


def _one(resource: Resource) -> str:
    return f"{'an' if resource.name[0] in 'aeiou' else 'a'} {resource.name}"


MAKE: dict[str, Callable[[Resource], click.Command]] = {
    "list": _list,
    "retrieve": _get,
    "create": _create,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
}
