"""What can be done with any resource: list, create, retrieve, update, patch."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from functools import partial
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from closum_client import _query as query
from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._core import Core
from closum_client._etag import if_match as checked
from closum_client._export import Exported, Sink
from closum_client._feed import Revision
from closum_client._formats import Target, format_of
from closum_client._ids import number_of
from closum_client._newest import Stretch
from closum_client._pages import Listing
from closum_client._reading import Unreadable
from closum_client._steps import Steps
from closum_client._unset import UNSET
from closum_client._upserted import Upserted

R = TypeVar("R")
T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)


class Read(Protocol[R_co]):
    """Makes a record of a JSON object, and of the ETag that a retrieved one has."""

    def __call__(self, data: Any, etag: str | None = None) -> R_co: ...


class Action(NamedTuple):
    """What only one resource has: `tail` is the rest of its path, such as "/{id}/merge".

    `flags` are the paths of properties in its body that are 1 or 0, also of each object in an array ("notes.is_open");
    `properties` are those that the resource has, too, which are written as in a create.
    """

    method: str
    tail: str
    flags: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class Verbs(Generic[R]):
    """The verbs of one resource; `read` makes a record of a JSON object.

    `nested` are the properties that are records of another resource, each with the property that a text alone stands
    for; `flags` are those that are 1 or 0 (of nested ones too: "phone.is_valid").
    """

    def __init__(
        self,
        core: Core,
        name: str,
        read: Read[R],
        *,
        nested: Mapping[str, str] | None = None,
        flags: Collection[str] = (),
    ) -> None:
        self._core, self._path, self._read = core, f"/api/{name}", read
        self._nested, self._flags = nested or {}, flags

    @property
    def url(self) -> str:
        """The path of the resource."""
        return self._core.url + self._path

    def list(self, **asked: Any) -> Listing[R]:
        """A list that asks for nothing yet. Raises TypeError, ValueError for a limit, page or filter that cannot be."""
        return Listing(self._core, self._path, query.params(**asked), self._read)

    def select(self, fields: str | Sequence[str], **asked: Any) -> Listing[dict[str, Any]]:
        """A list that shows these properties alone. Raises TypeError, ValueError as `list`."""
        params = query.params(**asked) | {"fields": query.fields(fields)}
        return Listing(self._core, self._path, params, reading.plain)

    def export(
        self,
        file: Target,
        format: str | None,
        fields: str | Sequence[str] | None,
        overwrite: bool,
        **asked: Any,
    ) -> Steps[Exported]:
        """Have all that fit arrive in a file. Raises TypeError, ValueError as `list`, FileExistsError."""
        params = query.params(**asked) | {"format": format_of(file, format)}
        if fields is not None:
            params["fields"] = query.fields(fields)
        with Sink(file, overwrite) as sink:
            return (yield from self._core.export(f"{self._path}/export", params, sink))

    def create(self, returning: bool, /, **values: Any) -> Steps[int | R]:
        """Make a record; its id, or where it is `returning` the record."""
        read = self.record if returning else _new_id
        return self._core.call("POST", self._path, read, json=self._body(values), returning=returning)

    def upsert(
        self, match: str, on_match: str | None, id: int | str | None, /, **values: Any
    ) -> Steps[Upserted]:
        """Make a record unless `match` finds it. Raises TypeError, ValueError for what is no id."""
        body = {**({} if id is None else {"id": number_of(id)}), **self._body(values)}
        params = {"match": match, "on_match": on_match}
        return self._core.call("POST", self._path, _upserted, params=params, json=body)

    def retrieve(self, id: int | str) -> Steps[R]:
        """The record with an id. Raises TypeError, ValueError for what is no id."""
        number = number_of(id)
        return self._core.call("GET", f"{self._path}/{number}", partial(self._asked, id=number))

    def chosen(self, id: int | str, fields: str | Sequence[str]) -> Steps[dict[str, Any]]:
        """These properties of the record with an id. Raises TypeError, ValueError for what is no id, or no fields."""
        number = number_of(id)
        read = partial(_with_id, id=number)
        params = {"fields": query.fields(fields)}
        return self._core.call("GET", f"{self._path}/{number}", read, params=params)

    def update(self, id: int | str, if_match: object, returning: bool, /, **values: Any) -> Steps[R | None]:
        """Change the values that are given, of a state of the record unless that is UNSET; the record where it is `returning`.

        Raises TypeError, ValueError for what is no id or no tag.
        """
        number = number_of(id)
        return self._change("PUT", f"{self._path}/{number}", if_match, returning, values, number)

    def patch(
        self, id: int | str, returning: bool, /, *, if_match: object = UNSET, **values: Any
    ) -> Steps[R | None]:
        """`update` that merges objects into documents."""
        number = number_of(id)
        return self._change("PATCH", f"{self._path}/{number}", if_match, returning, values, number)

    def retrieve_singleton(self) -> Steps[R]:
        """What there is one of, without an id."""
        return self._core.call("GET", self._path, self.record)

    def update_singleton(self, if_match: object, returning: bool, /, **values: Any) -> Steps[R | None]:
        """`update` of what there is one of. Raises TypeError, ValueError for what is no tag."""
        return self._change("PUT", self._path, if_match, returning, values)

    def patch_singleton(
        self, returning: bool, /, *, if_match: object = UNSET, **values: Any
    ) -> Steps[R | None]:
        """`patch` of what there is one of. Raises TypeError, ValueError for what is no tag."""
        return self._change("PATCH", self._path, if_match, returning, values)

    def _change(
        self,
        method: str,
        path: str,
        if_match: object,
        returning: bool,
        values: Mapping[str, Any],
        id: int | None = None,
    ) -> Steps[R | None]:
        shown: Callable[[Envelope], R] = self.record if id is None else partial(self._asked, id=id)
        read = shown if returning else self.nothing
        body, tag = self._body(values), _tag(if_match)
        return self._core.call(method, path, read, json=body, if_match=tag, returning=returning)

    def act(
        self,
        action: Action,
        read: Callable[[Envelope], T],
        id: int | str | None,
        params: Mapping[str, int | str | Sequence[str] | None],
        if_match: object,
        /,
        **values: Any,
    ) -> Steps[T]:
        """What only this resource has. Raises TypeError, ValueError for what is no id or no tag."""
        path = self._path + (action.tail if id is None else action.tail.replace("{id}", str(number_of(id))))
        given = {name: value for name, value in values.items() if value is not UNSET}
        body = {
            name: self._written(name, value)
            if name in action.properties
            else numbered(name, value, action.flags)
            for name, value in given.items()
        }
        return self._core.call(
            action.method, path, read, params=params, json=body if values else None, if_match=_tag(if_match)
        )

    def revisions(self, tail: str, id: int | str, limit: int | None) -> Stretch[Revision]:
        """The changes of a record, asked for later. Raises TypeError, ValueError for what is no id or no limit."""
        path = self._path + tail.replace("{id}", str(number_of(id)))
        return Stretch(self._core, path, "before", limit, Revision.from_json)

    def record(self, document: Envelope) -> R:
        """The record that an answer has."""
        return reading.required(document, "data", partial(self._read, etag=document.etag))

    def data(self, document: Envelope) -> Any:
        """The data of an answer as they are."""
        return document["data"]

    def nothing(self, document: Envelope) -> None:
        """Of an answer that has nothing to tell."""

    def _asked(self, document: Envelope, id: int) -> R:
        record = self.record(document)
        _same(id, document["data"].get("id"))
        return record

    def _body(self, values: Mapping[str, Any], within: str = "") -> dict[str, Any]:
        return {
            name: self._written(f"{within}{name}", value)
            for name, value in values.items()
            if value is not UNSET
        }

    def _written(self, path: str, value: Any) -> Any:
        if path in self._nested:
            return (
                {self._nested[path]: value} if isinstance(value, str) else self._record_written(path, value)
            )
        if path in self._flags and isinstance(value, bool):
            return int(value)
        return value

    def _record_written(self, path: str, value: Any) -> Any:
        members = _members(value) if is_dataclass(value) and not isinstance(value, type) else value
        if not isinstance(members, Mapping):
            return members
        given = {name: one for name, one in members.items() if name != "id" or one is not None}
        return self._body(given, f"{path}.")


def known(given: Mapping[str, Any], names: Collection[str]) -> Mapping[str, Any]:
    """Arguments. Raises TypeError for one that there is not."""
    for name in given:
        if name not in names:
            raise TypeError(f"unexpected keyword argument {name!r}: there are {', '.join(names)}")
    return given


def _with_id(document: Envelope, id: int) -> dict[str, Any]:
    record = reading.required(document, "data", reading.plain)
    _same(id, record.get("id", id))
    return record


def _same(asked: int, found: object) -> None:
    """Raises Unreadable where another record has come."""
    if found != asked:
        raise Unreadable(f"{asked} was asked for, and this is {found}")


def _tag(if_match: object) -> str | None:
    return None if if_match is UNSET else checked(if_match)


def numbered(path: str, value: Any, flags: Collection[str]) -> Any:
    """A value of a body, with 1 and 0 for True and False where the flags are."""
    if path in flags and isinstance(value, bool):
        return int(value)
    if not any(flag == path or flag.startswith(f"{path}.") for flag in flags):
        return value
    if isinstance(value, Mapping):
        return {name: numbered(f"{path}.{name}", one, flags) for name, one in value.items()}
    return [numbered(path, one, flags) for one in value] if isinstance(value, list | tuple) else value


def _members(record: Any) -> dict[str, Any]:
    members = asdict(record)
    members.pop("etag", None)
    return members


def _upserted(document: Envelope) -> Upserted:
    return reading.required(document, "data", Upserted.from_json)


def _new_id(document: Envelope) -> int:
    return reading.required(document["data"], "id", reading.integer)
