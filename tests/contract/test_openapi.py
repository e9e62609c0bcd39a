"""The OpenAPI document: sound, complete, as published, and true of the server."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from closum.app import route_table
from closum.http.route import PUBLIC, Route
from closum.model import query
from closum.model.resource import Resource
from closum.operations.edit import shown_by, used_by
from closum.resources import DECLARED, RESOURCES
from tests.conftest import sign_up
from tests.contract.test_published_samples import SAMPLES
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

PATH = "/api/openapi.json"
NAME = "X-Ignored-Properties"
EVERY, DRAWN = "examples,coverage,fuzzing,stateful", "fuzzing,stateful"
SEEDS = [("sqlite", 1, EVERY), ("postgres", 2, EVERY), ("postgres", 3, DRAWN)]
"""Of generated requests, and the engine that answers them: they are made of the document, which both have. What no seed
changes is sent to each engine once.
"""
LENIENCY = Path(__file__).parents[1] / "support/leniency.py"


@pytest.fixture
def document(server: Server) -> Any:
    """As the server gives it to anybody."""
    with Client(server.address, None) as nobody:
        return nobody.get(PATH).json()


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    """Every operation by the name of its route."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_valid(document: Any) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_it_is_bare_and_public(server: Server) -> None:
    answer = httpx2.get(f"{server.address}{PATH}", trust_env=False, timeout=PATIENCE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["x-request-id"]
    assert answer.json()["openapi"].startswith("3.1.")


def test_it_has_every_route(document: Any) -> None:
    assert dict(operations(document)).keys() == {route.name for route in route_table() if route.operation}


def test_what_it_does_not_have_is_no_call_of_the_api() -> None:
    """But pages and files for people."""
    assert [route.path for route in route_table() if route.is_json and not route.operation] == [
        PATH,
        "/docs/search.json",
    ]


def test_what_is_public_needs_no_token(document: Any) -> None:
    needs = {route.name: route.needs for route in route_table()}
    for name, operation in operations(document):
        assert (operation.get("security") == []) is (needs[name] == PUBLIC)


def test_a_description_begins_once(document: Any) -> None:
    """`This endpoint` and what it does."""
    for _, one in operations(document):
        words = one["description"].split()
        assert words[:2] == ["This", "endpoint"]
        assert words[2].endswith("s")
        assert words[2].islower()


def test_ids_of_operations_differ(document: Any) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert {"listLeads", "createLead", "retrieveLead", "updateLead", "listCities"} <= set(ids)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_list_has_its_parameters(document: Any, resource: Any) -> None:
    shared = document["components"]["parameters"]
    given = document["paths"][f"/api/{resource.slug}"]["get"]["parameters"]
    whole = [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in given]
    names = [one["name"] for one in whole]
    assert names[:7] == ["limit", "page", "sort", "direction", "cursor", "count", "fields"]
    assert ("changed_since" in names) is not resource.shared
    assert ("q" in names) is bool(resource.terms)
    relevance = ["relevance"] if resource.terms else []
    assert whole[2]["schema"]["enum"] == [*resource.listing.sorts, *relevance]


def test_each_operation_has_samples_in_three_languages(document: Any) -> None:
    for _, operation in operations(document):
        assert [one["lang"] for one in operation["x-codeSamples"]] == ["Shell", "Ruby", "Python"]


def test_each_section_is_there_in_the_published_order(document: Any) -> None:
    names = [tag["name"] for tag in document["tags"]]
    published = [
        "Introduction",
        "Authentication",
        "Querystring Parameters",
        "Leads",
        "Cities",
        "Emails",
        "Phones",
        "Errors",
    ]
    assert [name for name in names if name in published] == published
    assert {*names} - {*published} == {
        "Bin",
        "Changes",
        "Duplicates",
        "Export",
        "Find",
        "Imports",
        "Writes",
        "Health",
        "Jobs",
        "Operations",
        "Reports",
        "Roles and Keys",
        "Users",
        "Work",
        *(one.titles for one in DECLARED if one.titles not in published),
    }
    assert {name for _, one in operations(document) for name in one["tags"]} <= set(names)
    assert all(tag["description"] for tag in document["tags"])


def published() -> Iterator[tuple[str, str]]:
    """Each call of the published documentation, and the title of its sample."""
    yield "POST /api/token", "Authentication"
    for resource in RESOURCES:
        titles = (f"List All {resource.titles}", f"Create a New {resource.title}")
        one = f"{'an' if resource.name[0] in 'aeiou' else 'a'} {resource.title}"
        yield f"GET /api/{resource.slug}", titles[0]
        yield f"POST /api/{resource.slug}", titles[1]
        yield f"GET /api/{resource.slug}/{{id}}", f"Retrieve {one}"
        yield f"PUT /api/{resource.slug}/{{id}}", f"Update {one}"


PUBLISHED = {call: title for call, title in published() if title in SAMPLES}


def test_every_published_call_is_compared() -> None:
    assert sorted(PUBLISHED.values()) == sorted(SAMPLES)


@pytest.mark.parametrize("call", PUBLISHED)
def test_the_published_examples_are_ours(document: Any, call: str) -> None:
    operation, sample = dict(operations(document))[call], SAMPLES[PUBLISHED[call]]
    assert operation["summary"] in (PUBLISHED[call], "Request a Token")
    answer = next(one for status, one in operation["responses"].items() if status.startswith("2"))
    example = answer["content"]["application/json"]["example"]
    if call == "POST /api/token":
        example["data"] = {"token": example["data"]["token"]}
    assert example == sample.answer
    assert json.dumps(example) == json.dumps(sample.answer)  # in the same order
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
        body = json.loads(next(word for word in sample.arguments if word.startswith("{")))
        assert schema["examples"] == [body]


STATUSES = {
    "list": {200, 400, 401, 403, 404, 413, 414, 431, 500, 503},
    "create": {201, 400, 401, 403, 409, 413, 414, 415, 422, 431, 500, 503},
    "retrieve": {200, 400, 401, 403, 404, 413, 414, 431, 500, 503},
    "update": {200, 400, 401, 403, 404, 412, 413, 414, 415, 422, 431, 500, 503},
    "delete": {200, 400, 401, 403, 404, 412, 413, 414, 431, 500, 503},
    "patch": {200, 400, 401, 403, 404, 412, 413, 414, 415, 422, 431, 500, 503},
    "POST /api/token": {200, 400, 401, 413, 414, 415, 422, 429, 431, 500, 503},
    "GET /health": {200, 400, 413, 414, 431, 500},
    "GET /ready": {200, 400, 413, 414, 431, 500, 503},
    "GET /api/change": {200, 400, 401, 403, 410, 413, 414, 431, 500, 503},
    "POST /api/bin/{id}/restore": {200, 400, 401, 403, 404, 409, 413, 414, 415, 422, 431, 500, 503},
    "POST /api/operation/{id}/undo": {
        200,
        202,
        400,
        401,
        403,
        404,
        409,
        410,
        413,
        414,
        415,
        422,
        431,
        500,
        503,
    },
}
"""What the contract says that a call can be answered with; 405 has no call of its own."""


def test_each_operation_has_every_status(document: Any) -> None:
    rows = {route.name: route for route in route_table()}
    for name, operation in operations(document):
        assert {int(status) for status in operation["responses"]} == statuses(rows[name]), name


def statuses(route: Route) -> set[int]:
    """By the contract, or for a verb of one resource by what its row takes."""
    found = STATUSES.get(route.verb if route.resource else route.name)
    if found:  # what there is one of is always there
        has_tag = bool(route.operation and "ETag" in route.operation.success.headers)
        missing = {404} if route.resource and route.resource.singleton else set()
        is_gone = {410} if "changed_since" in route.parameters else set()
        matches = {200, 404, 412} if "match" in route.parameters else set()
        repeated = route.resource.unique and route.resource.unique.repeated if route.resource else None
        matches |= {200} if repeated and route.verb == "create" else set()
        is_kept = {422} if route.verb == "delete" and route.resource and may_stay(route.resource) else set()
        return (found - missing) | ({304} if has_tag else set()) | is_gone | is_kept | matches
    assert route.operation
    found = {route.operation.success.status, 400, 401, 403, 413, 414, 431, 500, 503}
    found |= {404} if "{id}" in route.path or "page" in route.parameters else set()
    found |= {412} if route.operation.conditional else set()
    found |= {one.status for one in route.operation.also} | {one.status for one in route.operation.errors}
    found |= {410} if "changed_since" in route.parameters else set()
    found |= {409, 422} if route.method == "POST" else set()
    found |= {415} if route.takes_no_property else set()
    return found | ({415, 422} if route.operation.body else set())


def may_stay(resource: Resource) -> bool:
    """Whether some of its records are not deleted."""
    return bool(shown_by(resource) or used_by(resource) or resource.fixed)


def undescribed(found: Any, place: str = "") -> Iterator[str]:
    """Places of operations, parameters, headers, answers and properties without a description."""
    if isinstance(found, list):
        for number, one in enumerate(found):
            yield from undescribed(one, f"{place}/{number}")
    if isinstance(found, dict):
        for kind in ("properties", "responses", "headers", "parameters", "paths"):
            members = found.get(kind, {})
            for name, one in members.items() if isinstance(members, dict) else enumerate(members):
                said = [one] if kind != "paths" else list(one.values())
                if not all("$ref" in part or len(part.get("description", "")) > 6 for part in said):
                    yield f"{place}/{kind}/{name}"
        for name, one in found.items():
            if name not in ("example", "examples"):
                inner = [*one.values()] if name == "properties" and isinstance(one, dict) else one
                yield from undescribed(inner, f"{place}/{name}")


def test_everything_is_described(document: Any) -> None:
    assert list(undescribed(document)) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_ignored_properties_are_in_the_answer(document: Any, method: str) -> None:
    for name, operation in operations(document):
        found = [status for status, one in operation["responses"].items() if NAME in one.get("headers", {})]
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            assert found == [one for one in operation["responses"] if one[0] == "2"] or method not in name
    header = document["components"]["headers"][NAME]
    assert (header["required"], header["schema"]) == (False, {"type": "string"})


def test_parameters_are_those_of_the_route_table(document: Any) -> None:
    """Which are also what the check and the reference's table are made of."""
    shared = document["components"]["parameters"]
    for route in route_table():
        if route.name in dict(operations(document)):
            given = dict(operations(document))[route.name].get("parameters", [])
            whole = [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in given]
            names = [one["name"] for one in whole if one["in"] == "query"]
            assert names == [one for one in route.parameters if "<" not in one]
    text = next(tag["description"] for tag in document["tags"] if tag["name"] == "Querystring Parameters")
    assert tuple(re.findall(r"^\| (\w+) \| ", text, re.MULTILINE)[1:]) == query.PARAMETERS


@pytest.mark.parametrize("root_path", ["", "/crm"])
def test_its_server_is_the_one_that_it_comes_from(root_path: str, folder: Path) -> None:
    with Server(folder, *(["--root-path", root_path] if root_path else [])) as server:
        answer = httpx2.get(f"{server.address}{PATH}", trust_env=False, timeout=PATIENCE)
    assert [one["url"] for one in answer.json()["servers"]] == [root_path or "/"]
    assert "api.closum.com" not in answer.text


def schemas_in(found: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, wherever it is."""
    if isinstance(found, dict):
        if "type" in found:
            yield found
        for value in found.values():
            yield from schemas_in(value)
    elif isinstance(found, list):
        for value in found:
            yield from schemas_in(value)


def test_generators_of_code_can_read_it(document: Any) -> None:
    """They want items for every array, a type beside every fixed value, and one name for one thing."""
    for schema in schemas_in(document):
        if "array" in schema["type"]:
            assert "items" in schema
    assert '"const"' not in json.dumps(document)
    schemas = document["components"]["schemas"]
    texts = [json.dumps(schema, sort_keys=True) for schema in schemas.values()]
    assert len(set(texts)) == len(texts)


def contents(found: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every media type with a schema and an example, wherever it is."""
    if isinstance(found, dict):
        if "schema" in found and "example" in found:
            yield place, found
        for key, value in found.items():
            yield from contents(value, f"{place}/{key}")


def faults(document: Any, schema: Any, example: Any) -> list[Any]:
    whole = {"components": document["components"], **schema}
    return list(Draft202012Validator(whole).iter_errors(example))


def test_examples_are_of_their_schemas(document: Any) -> None:
    found = dict(contents(document))
    assert len(found) > 20
    for place, content in found.items():
        assert faults(document, content["schema"], content["example"]) == [], place
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            assert faults(document, schema, example) == [], name


SETTINGS = """\
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 414, 415, 422, 428, 429, "5xx"]

[[operations]]
include-path-regex = "/history$"

[operations.checks.use_after_free]
enabled = false
"""
"""What is too long for its schema may be too long for a request line. The history of a record outlives it."""


@pytest.mark.parametrize(("engine", "seed", "phases"), SEEDS, indirect=["engine"])
def test_the_server_does_what_it_says(folder: Path, seed: int, phases: str) -> None:
    """By schemathesis, with every check but that a valid body is taken: whether an address is free, a city there, a
    text JSON, or one of name, e-mail and phone given, no schema says.
    """
    (folder / "schemathesis.toml").write_text(SETTINGS)
    with Server(folder) as server, sign_up(server) as client:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}{PATH}"]
        options = [
            "--seed",
            str(seed),
            "--phases",
            phases,
            "--max-examples",
            "20",
            "--exclude-checks",
            "positive_data_acceptance",
        ]
        done = subprocess.run(
            [*command, *options, "--header", f"Authorization: Bearer {client.token}", "--no-color"],
            cwd=folder,
            env=clean_environment() | {"NO_PROXY": "*", "SCHEMATHESIS_HOOKS": str(LENIENCY)},
            capture_output=True,
            text=True,
            timeout=4 * PATIENCE,  # some thousand requests
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (number,) = re.findall(r"^  (\d+) generated", done.stdout, re.MULTILINE)
    assert int(number) > 300
