"""What a batch is answered: of each item the status and the body that it would have had alone.

It is kept without anything that the client wrote: a call that is sent again says that once more.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from closum.errors import Error, Faults
from closum.http import answer
from closum.model import matching
from closum.model.document import Fraction
from closum.model.resource import Resource
from closum.operations.batch import Batch, Done, Item
from closum.operations.deletion import Delete
from closum.operations.plan import Create
from closum.operations.upsert import CREATED, Upsert

CREATE, UPDATE, PATCH, UPSERT, DELETE = ACTIONS = ("create", "update", "patch", "upsert", "delete")
OF_ONE = (UPDATE, PATCH, DELETE)
"""Actions that name their record."""

_KEY = "<key>"
"""In place of the key of a document by which an upsert finds its record."""


class Shown(NamedTuple):
    """The items of a body as they were `sent`, and what each asks for."""

    resource: Resource
    sent: Sequence[Any]
    items: Sequence[Item]
    request_id: str

    def data(self, written: Batch) -> list[dict[str, Any]]:
        """The data of the answer."""
        return [self._shown(place, outcome) for place, outcome in enumerate(written.outcomes)]

    def bare(self, written: Batch) -> list[Any]:
        """What became of the items, without anything of them: None of one that cannot be read."""
        return [
            None if isinstance(item, Error) else self._bare(item, outcome)
            for item, outcome in zip(self.items, written.outcomes, strict=True)
        ]

    def whole(self, kept: Sequence[Any]) -> list[dict[str, Any]]:
        """The data of the answer, of what `bare` has of it."""
        return [self._whole(place, one) for place, one in enumerate(kept)]

    def _shown(self, place: int, outcome: Done | Error) -> dict[str, Any]:
        if isinstance(outcome, Error):
            return self._refused(outcome, _url(self.resource, self.sent[place]))
        status = 201 if outcome.result == CREATED else 200
        return {"status": status, "body": {"success": True, "data": _written(self.items[place], outcome)}}

    def _refused(self, error: Error, url: str) -> dict[str, Any]:
        return {"status": error.status, "body": answer.failed(error, url, self.request_id)}

    def _bare(self, item: Item, outcome: Done | Error) -> Any:
        if not isinstance(outcome, Error):
            return outcome
        refused = self._refused(outcome, "")
        data = refused["body"]["data"]
        if "errors" in data:
            own = _faults(item)
            faults = {name: None if own.get(name) == one else one for name, one in data["errors"].items()}
            data["errors"] = _renamed(item, faults, _key(item), _KEY)
        return refused

    def _whole(self, place: int, kept: Any) -> dict[str, Any]:
        item = self.items[place]
        if isinstance(item, Error):
            return self._shown(place, item)
        if isinstance(kept, list):
            return self._shown(place, Done(*kept))
        data = kept["body"]["data"]
        data["url"] = _url(self.resource, self.sent[place])
        if "errors" in data:
            faults, own = _renamed(item, data["errors"], _KEY, _key(item)), _faults(item)
            data["errors"] = {name: own[name] if one is None else one for name, one in faults.items()}
        refused: dict[str, Any] = kept
        return refused


def _written(item: Item, done: Done) -> Any:
    if isinstance(item, Upsert):
        return {"id": done.id, "result": done.result}
    return {"id": done.id} if isinstance(item, Create) else []


def _faults(item: Item) -> Faults:
    """What is wrong with an item by itself."""
    if isinstance(item, Error | Delete):
        return {}
    return {**((isinstance(item, Upsert) and item.wanted.faults) or {}), **item.draft.faults}


def _key(item: Item) -> str:
    return item.match.key if isinstance(item, Upsert) else ""


def _renamed(item: Item, faults: dict[str, Any], name: str, new_name: str) -> dict[str, Any]:
    """Faults with another name for the key by which an upsert finds its record."""
    at = item.match.name if isinstance(item, Upsert) and item.match.key else ""
    inner = faults.get(at)
    if not isinstance(inner, dict) or name not in inner:
        return faults
    return faults | {at: {new_name if key == name else key: one for key, one in inner.items()}}


def _url(resource: Resource, item: Any) -> str:
    """That of the call that an item would have been."""
    path = f"/api/{resource.slug}"
    if not isinstance(item, dict):
        return path
    if item.get("action") in OF_ONE:
        segment = _segment(item.get("id"))
        return answer.quoted(f"{path}/{segment}".encode(errors="replace")) if segment else path
    given = {name: item[name] for name in matching.PARAMETERS if isinstance(item.get(name), str)}
    return f"{path}?{urlencode(given, errors='replace')}" if given else path


def _segment(value: Any) -> str:
    """What an item has for an id as the path would have it, "" where it has none."""
    if isinstance(value, Fraction):
        return value.text[:64]
    return str(value)[:64] if isinstance(value, str | int) and not isinstance(value, bool) else ""
