"""What the generators of the clients make of names and descriptions, and the names that they refuse."""

from dataclasses import replace
from typing import Any

import pytest

from closum.cli import CLIENT, COMMANDS
from closum.model.fields import Document, Field, Text
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum_client import records
from tools.clients import python, resources
from tools.clients.words import article, check, class_name, parsed, plain, words

LEAD = RESOURCES[0]


def named(name: str) -> Resource:
    return replace(LEAD, name=name, nested=())


def with_property(name: str) -> Resource:
    return replace(LEAD, name="scribble", nested=(), fields=(Text(name),))


def with_fields(*fields: Field) -> Resource:
    return replace(LEAD, name="scribble", nested=(), fields=fields)


def with_nested(*names: str) -> Resource:
    return replace(LEAD, nested=tuple(replace(LEAD.nested[0], name=name) for name in names))


def test_names() -> None:
    assert class_name("lead_note", "email") == "LeadNoteEmail"
    assert words("lead_note") == "lead note"
    assert [article(name) for name in ("lead_note", "email")] == ["a lead note", "an email"]


def test_the_name_of_a_documents_value() -> None:
    assert [parsed(name) for name in ("custom_data", "details", "data")] == [
        "custom",
        "details_value",
        "data_value",
    ]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("The **name** of\n  it", "The name of it"),
        ("The id of one of the [cities](#tag/Cities)", "The id of one of the cities"),
        ("As in [the **guide**](https://a.test/b?c) and [here](#d).", "As in the guide and here."),
        ("`[1]` (or 2)", "`[1]` (or 2)"),
    ],
)
def test_descriptions(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def refusal(*resources: Resource) -> str:
    try:
        check(resources)
    except ValueError as error:
        return str(error)
    return ""


def test_the_names_that_there_are() -> None:
    assert refusal(*RESOURCES) == ""
    assert refusal(*RESOURCES, named("lead_note"), with_property("type")) == ""
    assert refusal(with_property("is_2nd"), with_nested("list")) == ""
    assert "two things" in refusal(*RESOURCES, LEAD)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_the_client_has_a_class_of_each(resource: Resource) -> None:
    names = [resource.name, *(f"{resource.name}_{nested.name}" for nested in resource.nested)]
    assert [name for name in names if not isinstance(getattr(records, class_name(name), None), type)] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *(
            (name, f"{name} is a command already")
            for name in sorted((CLIENT.keys() | COMMANDS.keys()) - {"account", "city", "lead"})
        ),
        *((name, f"{name} is a word of Python's own") for name in ("from", "import", "class")),
        *((name, "means something else") for name in ("document", "direction", "driver", "self", "any")),
        *((name, "means something else") for name in ("typed_dict", "value_error", "unset_type")),
        ("verb", "verb: its class Verbs means something else"),
        ("record", "record: its class Records means something else"),
        ("resource", "resource: its class Resources means something else"),
        ("async_driver", "its class AsyncDriver means something else"),
        ("a", "a: as is a word of Python's own"),
        *((name, "not words in lower case") for name in ("Lead", "lead-note", "2nd", "_lead", "lead__note")),
        *((name, "not words in lower case") for name in ("lead_", "straße", "lead note", "")),
    ],
)
def test_resources_that_mean_something_else(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check([named(name)])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, f"its property {name} means something else") for name in ("self", "id", "from_json")),
        *((name, f"its property {name} means something else") for name in ("str", "int", "bool", "datetime")),
        *((name, f"scribble: {name} is a word of Python's own") for name in ("from", "import", "None")),
        *((name, "not words in lower case") for name in ("city-id", "City", "_id", "")),
    ],
)
def test_properties_that_mean_something_else(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check([with_property(name)])


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ([LEAD, named("lead_email")], "two things are of the class LeadEmail"),
        ([LEAD, named("lead_email_input")], "two things are of the class LeadEmailInput"),
        ([LEAD, named("lead_sort")], "two things are of the class LeadSort"),
        ([LEAD, named("leads")], "two things are of the class Leads"),
        ([LEAD, named("async_leads")], "two things are of the class AsyncLeads"),
        ([LEAD, LEAD], "two things are of the class Lead"),
        ([with_nested("sort")], "two things are of the class LeadSort"),
        ([with_fields(Document("extra_data"), Text("extra"))], "scribble: extra is there twice"),
        ([with_fields(Document("details"), Text("details_value"))], "scribble: details_value is there twice"),
        ([with_fields(Document("self_data"))], "scribble: its property self means something else"),
        ([with_nested("email", "email_input")], "two things are of the class LeadEmailInput"),
        ([with_nested("email", "email")], "lead: email is there twice"),
        ([with_nested("name")], "lead: name is there twice"),
        ([with_nested("self")], "lead: its property self means something else"),
        ([with_nested("from")], "lead: from is a word of Python's own"),
    ],
)
def test_names_that_meet(resources: list[Resource], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check(resources)


@pytest.mark.parametrize("generator", [python, resources])
def test_the_generators_refuse_them(generator: Any) -> None:
    with pytest.raises(ValueError, match="no names for the clients: login is a command already"):
        generator.files([named("login")])


@pytest.mark.parametrize("name", ["left", "undo", "bin_entry", "operation_summary", "async_job"])
def test_the_names_of_what_is_no_resource_are_taken(name: str) -> None:
    for generator in (python, resources):
        with pytest.raises(ValueError, match=f"{name}: its class {class_name(name)}s? is there"):
            generator.files([replace(LEAD, name=name)])


def test_all_faults_are_told() -> None:
    with pytest.raises(ValueError, match=r"login is a command already; logout is a command already"):
        check([named("login"), named("logout")])
