"""What a GET of the API can be asked for, every client can ask for: Python, Python asynchronously, Ruby, Shell."""

import inspect
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from closum.app import route_table
from closum.http.route import Route
from closum_client import AsyncClient, Client
from closum_client.cli import commands
from closum_client.resources import RESOURCES
from tests.support.client import Client as Api
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

ROOT = Path(__file__).parents[2]
URL = "http://closum.test"
CALLED = {"changes": "since"}
REPORT = "report"
GROUPS = {
    "bin": "bin",
    "operation": "operations",
    "job": "jobs",
    "import": "imports",
    REPORT: "reports",
    "user": "users",
}
DONE_BY_ANOTHER = {"imports"}
"""The methods of what is no resource, and those that no command lists: `lead import` looks through them."""

RUBY = """
client = Closum::Client.new("http://closum.test", token: "t")
puts JSON.generate(JSON.parse(ARGV[0]).map { |owner, names|
  names.flat_map { |name| client.public_send(owner).method(name).parameters.map(&:last) }
})
"""


class Call(NamedTuple):
    """A GET with a query string: `owner` is the attribute of a client, and `methods` are those that make the call."""

    name: str
    owner: str
    methods: tuple[str, ...]
    parameters: frozenset[str]


def calls(document: Any) -> Iterator[Call]:
    """Those of the document, without the parameters that are filters in the plain form: `filter` and `where` have them."""
    for route in route_table():
        if route.operation and route.method == "GET" and not route.is_public:
            found = document["paths"][route.path]["get"].get("parameters", [])
            names = frozenset(filter(None, (name_of(document, one) for one in found)))
            filters = next(
                (one.filters for one in RESOURCES if one.plural.replace(" ", "_") == owner_of(route)), ()
            )
            plain = {one.name for one in filters} if "filter" in names else set()
            if names - plain:
                yield Call(route.name, owner_of(route), methods_of(route), names - plain)


def name_of(document: Any, parameter: Any) -> str | None:
    found = resolved(document, parameter)
    return str(found["name"]) if found["in"] == "query" else None


def resolved(document: Any, parameter: Any) -> Any:
    if "$ref" in parameter:
        return document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    return parameter


def owner_of(route: Route) -> str:
    if route.resource:
        return route.resource.plural
    return GROUPS.get(route.path.split("/")[2], route.verb)


def methods_of(route: Route) -> tuple[str, ...]:
    if owner_of(route) == GROUPS[REPORT]:
        return (route.verb.removesuffix(f"_{REPORT}"),)
    if not route.resource and route.verb not in CALLED:
        return ("retrieve" if "{id}" in route.path else "list",)
    return ("list", "select") if route.verb == "list" else (CALLED.get(route.verb, route.verb),)


@pytest.fixture
def every_call(server: Server) -> list[Call]:
    with Api(server.address, None) as nobody:
        found = list(calls(nobody.get("/api/openapi.json").json()))
    assert {
        "GET /api/lead",
        "GET /api/lead/{id}",
        "GET /api/lead/{id}/history",
        "GET /api/change",
        "GET /api/bin",
    } <= {one.name for one in found}
    assert {"changed_since", "q", "fields", "cursor", "count", "filter"} < one_of(found, "GET /api/lead")
    return found


def one_of(found: list[Call], name: str) -> frozenset[str]:
    return next(one.parameters for one in found if one.name == name)


def missing(call: Call, has: set[str], other_names: dict[str, str] | None = None) -> str:
    """The parameters that a client does not have, under their name or another one."""
    names = other_names or {}
    return ", ".join(
        f"{call.name}: {one}" for one in sorted(call.parameters) if names.get(one, one) not in has
    )


@ON_SQLITE
@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_python(every_call: list[Call], client: Callable[..., Any]) -> None:
    made = client(URL, token="t")
    for call in every_call:
        methods = [getattr(getattr(made, call.owner), name) for name in call.methods]
        has = {name for one in methods for name in inspect.signature(one).parameters}
        assert not missing(call, has, {"since": "position", "from": "from_"})


@ON_SQLITE
def test_ruby(every_call: list[Call], program: Callable[..., str]) -> None:
    asked = json.dumps([[call.owner, call.methods] for call in every_call])
    ruby = program("ruby", package="ruby")
    load = ["-I", str(ROOT / "clients/ruby/lib"), "-r", "closum", "-r", "json"]
    done = subprocess.run(
        [ruby, *load, "-e", RUBY, asked],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=clean_environment(),
    )
    assert done.returncode == 0, done.stderr
    for call, has in zip(every_call, json.loads(done.stdout), strict=True):
        assert not missing(call, {*has}, {"since": "position"})


@ON_SQLITE
def test_command_line(every_call: list[Call]) -> None:
    for call in every_call:
        if call.owner in DONE_BY_ANOTHER:
            continue
        has = {parameter.name or "" for parameter in command(call).params}
        # `--all` of a list walks by cursor, and `changes` to the end, by the largest parts.
        others = {"cursor": "every", "count": "counted"} if "every" in has else {}
        if call.owner == GROUPS[REPORT]:
            others = {"from": "first", "to": "last", "owner_id": "owner"}
        known = has | ({"limit"} if call.owner == "changes" else set())
        assert not missing(call, known, others)


@ON_SQLITE
def test_what_may_come_several_times_may_be_given_several_times(server: Server) -> None:
    """In every command: of an option that takes one value the last one counts, and the others are lost."""
    with Api(server.address, None) as nobody:
        document = nobody.get("/api/openapi.json").json()
    found = [(route, name) for route in route_table() for name in repeated(document, route)]
    assert {("GET", "list"), ("PATCH", "patch_many"), ("DELETE", "delete_many")} <= {
        (route.method, route.verb) for route, _ in found
    }
    for route, name in found:
        call = Call(route.name, owner_of(route), methods_of(route), frozenset())
        option = next(one for one in command(call).params if one.name == name)
        assert option.multiple, f"{route.name}: {name}"


def repeated(document: Any, route: Route) -> Iterator[str]:
    """The parameters of a call that may come several times."""
    if not route.operation or route.is_public:
        return
    for parameter in document["paths"][route.path][route.method.lower()].get("parameters", []):
        one = resolved(document, parameter)
        if one["in"] == "query" and one["schema"].get("type") == "array":
            yield one["name"]


def command(call: Call) -> click.Command:
    resource = next((one for one in RESOURCES if one.plural.replace(" ", "_") == call.owner), None)
    name = {plural: name for name, plural in GROUPS.items()}.get(call.owner, call.owner)
    found = commands.command(resource.slug if resource else name)
    if not isinstance(found, click.Group):
        return found
    word = commands.word(resource, call.methods[0]) if resource else call.methods[0]
    return found.commands[word.replace("_", "-")]
