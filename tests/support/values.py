"""Records made from one value, for tests of what a property takes."""

from typing import Any

from tests.support.answers import faults
from tests.support.client import JSON, Client

MINIMAL: dict[str, JSON] = {
    "lead": {"name": "Ana"},
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912345678"},
}


def stored(api: Client, name: str, body: JSON) -> Any:
    """The record that a create makes."""
    return api.data("GET", f"/api/{name}/{api.new(name, MINIMAL[name] | body)}")


def refused(api: Client, name: str, body: JSON) -> Any:
    """{field: rule} of a create; the same body is refused alike in an update of a present record."""
    found = faults(api.post(f"/api/{name}", json=MINIMAL[name] | body))
    number = api.new(name, MINIMAL[name])
    before = api.data("GET", f"/api/{name}/{number}")
    assert faults(api.put(f"/api/{name}/{number}", json=body)) == found
    assert api.data("GET", f"/api/{name}/{number}") == before
    return found
