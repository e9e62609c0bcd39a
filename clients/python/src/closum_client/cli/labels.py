"""The names of records that others refer to by their ids, such as cities."""

from typing import TYPE_CHECKING

from closum_client.cli.failure import Failure
from closum_client.cli.pages import MAX_LIMIT, Record, page_of
from closum_client.errors import ClosumError, NotFound
from closum_client.resources import RESOURCES, Reference, Resource

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls


class Labels:
    """The names by which people know the records that a resource refers to, asked for once and remembered.

    `of_many` fetches the first thousand of them together. They are a help: where the server has none, or fails, there is
    no label.
    """

    def __init__(self, client: "Calls", resource: Resource, *, of_many: bool) -> None:
        self._client, self._of_many = client, of_many
        self._references = {one.name: one for one in resource.references}
        self._known: dict[str, dict[int, str | None]] = {}
        self._asks = True

    def of(self, name: str, record_id: object) -> str | None:
        """The label of the record with that id, to which the property `name` refers."""
        reference = self._references.get(name)
        if reference is None or type(record_id) is not int:
            return None
        try:
            return self._look_up(reference, record_id)
        except (ClosumError, Failure):
            self._asks = False
            return None

    def _look_up(self, reference: Reference, record_id: int) -> str | None:
        known = self._known.get(reference.name)
        if known is None:
            known = self._known[reference.name] = {}
            if self._of_many:
                known |= self._first(reference)
        if record_id not in known and self._asks:
            known[record_id] = self._one(reference, record_id)
        return known.get(record_id)

    def _first(self, reference: Reference) -> dict[int, str | None]:
        resource = next(resource for resource in RESOURCES if resource.name == reference.resource)
        page = page_of(self._client, resource, {"limit": MAX_LIMIT, "page": 1})
        self._asks = (page.pages or 0) > 1
        return {one["id"]: _label(one, reference) for one in page.records if type(one.get("id")) is int}

    def _one(self, reference: Reference, record_id: int) -> str | None:
        try:
            record = self._client.request("GET", f"/api/{reference.slug}/{record_id}")["data"]
        except NotFound:
            return None
        return _label(record, reference) if isinstance(record, dict) else None


def _label(record: Record, reference: Reference) -> str | None:
    label = record.get(reference.label)
    return label if isinstance(label, str) else None
