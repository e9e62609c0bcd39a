"""Calls of no resource, as the generators of the clients and the samples have them: made from the rows of a route table."""

from dataclasses import replace
from typing import Any

import pytest

from closum.api.operations_shown import UNDONE
from closum.api.routes import table
from closum.http.called import called
from closum.http.route import Operation, Route, Sample
from closum.model.fields import Field, Integer, Text
from closum.reference.samples import samples
from closum.resources import RESOURCES
from tools.clients import python, ruby
from tools.clients.groups import value_of

ROUTES = table(RESOURCES)
TAIL = "/api/operation/{id}/renew"


def renew(*fields: Field, path: str = TAIL, method: str = "POST", name: str = "renew") -> Route:
    """A call that the product does not have."""
    told = Operation(name, "renewOperation", "Operations", "Renew", "does it again.", UNDONE, fields=fields)
    return Route(method, path, ROUTES[0].handler, "operation:write", told, Sample({"why": "so"}))


def test_the_calls_that_there_are() -> None:
    found = {one.name: named[:2] for one in ROUTES if (named := called(one))}
    assert found == {
        "GET /api/user": ("users", "list"),
        "GET /api/bin": ("bin", "list"),
        "GET /api/bin/{id}": ("bin", "retrieve"),
        "POST /api/bin/{id}/restore": ("bin", "restore"),
        "DELETE /api/bin/{id}": ("bin", "purge"),
        "GET /api/operation": ("operations", "list"),
        "GET /api/operation/{id}": ("operations", "retrieve"),
        "POST /api/operation/{id}/undo": ("operations", "undo"),
        "GET /api/job": ("jobs", "list"),
        "GET /api/job/{id}": ("jobs", "retrieve"),
        "POST /api/job/{id}/stop": ("jobs", "stop"),
        "GET /api/import": ("imports", "list"),
        "GET /api/import/{id}": ("imports", "retrieve"),
        "PUT /api/import/{id}": ("imports", "configure"),
        "POST /api/import/{id}/start": ("imports", "start"),
        "POST /api/import/{id}/cancel": ("imports", "cancel"),
        "GET /api/report/leads": ("reports", "leads"),
        "GET /api/report/funnel": ("reports", "funnel"),
        "GET /api/report/first-contact": ("reports", "first_contact"),
    }


def test_a_new_call_is_a_method_of_both_clients() -> None:
    routes = [*ROUTES, renew(Text("why", required=True, description="The **reason**"))]
    made = python.files(RESOURCES, routes)
    for folder, define in (("resources", "def"), ("async_resources", "async def")):
        text = made[f"{python.PACKAGE}/_generated/{folder}/operation.py"]
        assert f"    {define} renew(self, id: int | str, *, why: str) -> Undo:\n" in text
        assert "why (str): The reason.\n" in text
    assert (
        "    def renew(id, why:)\n" in ruby.files(RESOURCES, routes)[f"{ruby.FOLDER}generated/operation.rb"]
    )
    assert "| `client.operations` | `list` `retrieve` `undo` `renew` |" in python.table(RESOURCES, routes)
    assert "`undo(id)`, `renew(id)` |" in ruby.table(RESOURCES, routes)
    (_, in_ruby, in_python) = (one["source"] for one in samples(routes)[f"POST {TAIL}"])
    assert in_ruby.endswith('p client.operations.renew(1, why: "so")')
    assert in_python.endswith('print(client.operations.renew(1, why="so"))')


@pytest.mark.parametrize(("path", "method"), [("/api/operation", "DELETE"), ("/api/operation/renew", "POST")])
def test_what_is_about_nothing_with_an_id_has_no_method(path: str, method: str) -> None:
    route = renew(path=path, method=method)
    assert called(route) is None
    assert f'client.request(\n  "{method}",\n  "{path}"' in samples([route])[route.name][1]["source"]


@pytest.mark.parametrize("name", ["class", "redo"])
def test_a_word_of_a_language_is_no_name(name: str) -> None:
    routes = [*ROUTES, renew(path=f"/api/operation/{{id}}/{name}", name=name)]
    with pytest.raises(ValueError, match=f"operation: .*{name}"):
        ruby.files(RESOURCES, routes)


def test_an_argument_that_means_something_else() -> None:
    with pytest.raises(ValueError, match="operation: id of renew cannot be a name"):
        python.files(RESOURCES, [*ROUTES, renew(Integer("id"))])


@pytest.mark.parametrize(
    "schema", [{"type": "bytes"}, {"type": ["array", "null"], "items": {"type": "integer"}}]
)
def test_a_value_without_a_type_is_an_error(schema: Any) -> None:
    with pytest.raises(TypeError, match="the clients have no type for"):
        value_of(schema)


def test_each_of_a_resource_is_its_own() -> None:
    lead = next(one for one in ROUTES if one.name == "GET /api/lead")
    assert called(lead) is None
    assert called(replace(lead, operation=None, sample=None)) is None
