"""What `help()` shows of clients, methods and records."""

import inspect
import io
import pydoc

import pytest

from closum_client import AsyncClient, Client
from closum_client.records import Lead

KINDS = pytest.mark.parametrize("kind", [Client, AsyncClient])
URL = "https://closum.test"


def shown(thing: object) -> str:
    written = io.StringIO()
    pydoc.Helper(output=written).help(thing)
    return " ".join(written.getvalue().split())


def arguments(docstring: str) -> set[str]:
    section = docstring.partition("Args:\n")[2].partition("\n\n")[0]
    return {line.split()[0] for line in section.splitlines() if line.startswith("    ") and line[4] != " "}


def test_help_of_a_client_describes_every_argument() -> None:
    names = inspect.signature(Client).parameters
    assert arguments(inspect.getdoc(Client) or "") == set(names) - {"self"}
    text = shown(Client)
    assert "url (str): The server's address" in text
    assert "ValueError" in text
    assert "help(Client)" in shown(AsyncClient)


@KINDS
def test_help_of_a_method_describes_every_argument_and_what_it_gives(
    kind: type[Client | AsyncClient],
) -> None:
    client = kind(URL, token="a.b.c")
    groups = (client.bin, client.operations, client.jobs)
    for resource in (client.leads, client.emails, client.phones, client.cities, *groups):
        methods = [
            one for name, one in inspect.getmembers(resource, inspect.ismethod) if not name.startswith("_")
        ]
        assert {one.__name__ for one in methods} >= {"list", "retrieve"}
        for method in methods:
            described = inspect.getdoc(method) or ""
            assert arguments(described) == set(inspect.signature(method).parameters), method
            assert "\nReturns:\n" in described
            assert "\nRaises:\n" in described


@KINDS
def test_help_of_create(kind: type[Client | AsyncClient]) -> None:
    text = shown(kind(URL, token="a.b.c").leads.create)
    assert "returning: bool = False) -> closum_client.records.lead.Lead | int" in text
    assert "name (str | None): The name" in text
    assert "email (str | dict | LeadEmail | None): The email" in text
    assert "custom_data (str | dict | list | None): " in text
    assert "Returns: int: the id of the new lead." in text
    assert "Invalid: " in text
    assert "<Unset" not in text


def test_help_of_a_record_describes_its_values() -> None:
    text = shown(Lead)
    assert "city_id (int | None): The city_id relative to lead" in text
    assert "custom | The value of the JSON in `custom_data`" in text
