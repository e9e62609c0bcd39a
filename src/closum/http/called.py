"""What the clients call a call that is of no resource: `operations.undo` of `POST /api/operation/{id}/undo`."""

from typing import NamedTuple

from closum.http.route import Operation, Route

BY_HAND = frozenset({"changes", "import_faults"})
"""Calls that the clients have in a form of their own."""


class Called(NamedTuple):
    """`group` is an attribute of a client, and `method` one of that; `name` is the first part of the path behind /api, and
    `tail` what follows it.
    """

    group: str
    method: str
    name: str
    tail: str


def called(route: Route) -> Called | None:
    """None for a call of a resource, for those of BY_HAND, for one that everybody may make, and for one that neither reads
    nor is about something with an id: the clients have no method for it.
    """
    operation = route.operation
    if operation is None or operation.resource or route.is_public or operation.name in BY_HAND:
        return None
    name = route.path.split("/")[2]
    tail = route.path.removeprefix(f"/api/{name}")
    if "{id}" not in tail and route.method != "GET":
        return None
    return Called(operation.tag.lower(), _method(route, tail, operation), name, tail)


def _method(route: Route, tail: str, operation: Operation) -> str:
    """`list`, `retrieve`, the verb at the end of the path, or else that of the operation: purge_bin → purge."""
    reads = {"": "list", "/{id}": "retrieve"}
    if route.method == "GET" and tail in reads:
        return reads[tail]
    if tail.endswith("}"):
        return operation.name.partition("_")[0]
    return tail.rpartition("/")[2].replace("-", "_")
