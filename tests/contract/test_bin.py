"""DELETE, and the bin: deleted records come back as they were, or go for good."""

from typing import Any

import pytest

from closum.resources import RESOURCES
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.resources import new_sample

each = pytest.mark.parametrize
BINNED = [one for one in RESOURCES if "delete" in one.verbs]
ANA = {
    "name": "Ana Silva",
    "city_id": 213,
    "custom_data": '{"source":"fair"}',
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912340999"},
}


def delete(api: Client, path: str, **headers: str) -> int:
    """The operation."""
    answer = api.delete(path, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "data": []}), answer.text
    return int(answer.headers["x-operation"])


def entries(api: Client, **wanted: Any) -> list[Any]:
    answer = api.get("/api/bin", params=wanted)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["data"]
    return found


def restore(api: Client, **wanted: Any) -> Any:
    (entry,) = entries(api, **wanted)
    return api.post(f"/api/bin/{entry['id']}/restore")


@each("resource", BINNED, ids=lambda one: one.name)
def test_a_deleted_record_comes_back_as_it_was(resource: Any, api: Client) -> None:
    number = new_sample(api, resource)
    path = f"/api/{resource.name}/{number}"
    before, count = api.data("GET", path), api.get(f"/api/{resource.name}").json()
    operation = delete(api, path)
    failure(api.get(path), 404, path)
    failure(api.delete(path), 404, path)
    failure(api.put(path, json=dict(resource.examples.sample)), 404, path)
    assert api.get(f"/api/{resource.name}").json()["pagination"]["count"] == count["pagination"]["count"] - 1
    (entry,) = entries(api, resource=resource.name)
    assert (entry["resource"], entry["record_id"], entry["operation"]) == (resource.name, number, operation)
    assert (entry["record"], entry["user"]["email"]) == (before, api.email)
    assert api.data("GET", f"/api/bin/{entry['id']}") == entry
    answer = api.post(f"/api/bin/{entry['id']}/restore")
    assert answer.json() == {"success": True, "data": {"id": number, "resource": resource.name, "left": []}}
    assert int(answer.headers["x-operation"]) == operation + 1
    assert (api.data("GET", path), api.get(f"/api/{resource.name}").json()) == (before, count)
    assert entries(api) == []
    failure(api.post(f"/api/bin/{entry['id']}/restore"), 404)
    verbs = [one["verb"] for one in api.data("GET", f"{path}/history")]
    assert verbs == ["restore", "delete", "create"]
