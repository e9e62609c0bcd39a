"""What changed: records of changes, and the walk from one page of them to the next."""

import dataclasses
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from closum_client import _reading as reading
from closum_client._core import Core
from closum_client._drivers import AsyncDriver, Driver
from closum_client._newest import AsyncNewestFirst, NewestFirst, Stretch
from closum_client._record import Record

PATH = "/api/change"
NOW = "now"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class User(Record):
    """Who asked for a change.

    Attributes:
        id (int): The id of the user.
        email (str | None): The address that the user signs in with; None where there is no such user any more.
    """

    id: int
    email: str | None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it from an answer's JSON. Raises ValueError for what is missing."""
        return cls(
            id=reading.required(data, "id", reading.integer),
            email=reading.nullable(data, "email", reading.text),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Key(Record):
    """The API key by which a program asked for a change.

    Attributes:
        id (int): The id of the key.
        name (str | None): What the key is called; None where there is no such key any more.
    """

    id: int
    name: str | None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it from an answer's JSON. Raises ValueError for what is missing."""
        return cls(
            id=reading.required(data, "id", reading.integer),
            name=reading.nullable(data, "name", reading.text),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Change(Record):
    """A change of a record.

    Attributes:
        position (str): Where to go on behind this change: `client.changes.since(position)`.
        verb (str): create, update, delete, restore, erase; a newer server may have more.
        resource (str): The resource of the record, such as lead.
        id (int): The id of the record.
        properties (tuple[str] | None): Of an update the properties that it changed, such as name and email.email; None
            where all of the record is to be looked at.
        at (datetime): When.
        user (User | None): Who asked for it; None where it was an API key, a command or the server itself.
        key (Key | None): The API key that asked for it; None where none did.
        cause (str): How it was asked for: api, command, server, undo or the name of background work.
        operation (int): What was done with one call or command has one number.
    """

    position: str
    verb: str
    resource: str
    id: int
    properties: tuple[str, ...] | None
    at: datetime
    user: User | None
    key: Key | None = None
    cause: str
    operation: int

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it from an answer's JSON. Raises ValueError for what is missing."""
        return cls(
            position=reading.required(data, "position", reading.text),
            resource=reading.required(data, "resource", reading.text),
            id=reading.required(data, "id", reading.integer),
            properties=reading.nullable(data, "properties", _names),
            **_told(data),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Revision(Record):
    """A change of one record, with its values.

    Attributes:
        verb (str): create, update, delete, restore, erase; a newer server may have more.
        at (datetime): When.
        user (User | None): Who asked for it; None where it was an API key, a command or the server itself.
        key (Key | None): The API key that asked for it; None where none did.
        cause (str): How it was asked for: api, command, server, undo or the name of background work.
        operation (int): What was done with one call or command has one number.
        properties (dict | None): Of each property that changed a dict of its values "before" and "after", by its name, such
            as name and email.email; a value is missing where there was none, or it is not known any more. None where
            nothing is kept any more.
    """

    verb: str
    at: datetime
    user: User | None
    key: Key | None = None
    cause: str
    operation: int
    properties: Mapping[str, Mapping[str, Any]] | None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it from an answer's JSON. Raises ValueError for what is missing."""
        return cls(properties=reading.nullable(data, "properties", _values), **_told(data))


def _told(data: Any) -> dict[str, Any]:
    return {
        "verb": reading.required(data, "verb", reading.text),
        "at": reading.required(data, "at", reading.timestamp),
        "user": reading.nullable(data, "user", User.from_json),
        "key": reading.optional(data, "key", Key.from_json),
        "cause": reading.required(data, "cause", reading.text),
        "operation": reading.required(data, "operation", reading.integer),
    }


def _names(value: Any) -> tuple[str, ...]:
    return reading.each(reading.text)(value)


def _values(value: Any) -> dict[str, Mapping[str, Any]]:
    return {name: reading.mapping(one) for name, one in reading.mapping(value).items()}


def _where(position: str) -> str:
    if not isinstance(position, str):
        raise TypeError(f"a position is text, not {type(position).__name__}")
    return position


class Changes:
    """The changes behind a position, in their order. Making it asks the server for nothing; walking it does, part by part.

    `position` is where it goes on: behind the last change that was walked over. The walk ends where nothing has changed any
    more, and the next one goes on from there. Raises ClosumError while it walks, Gone for a position that the server cannot
    go on from.
    """

    def __init__(self, driver: Driver, position: str, limit: int | None) -> None:
        self._driver, self.position = driver, _where(position)
        self._stretch = Stretch(driver.core, PATH, "since", limit, Change.from_json)

    def __iter__(self) -> Iterator[Change]:
        has_more = True
        while has_more:
            changes, after, has_more = self._driver.run(self._stretch.part(self.position))
            for change in changes:
                yield change
                self.position = change.position
            self.position = str(after)

    def __repr__(self) -> str:
        return f"<Changes of {self._stretch!r} since {self.position!r}>"


class AsyncChanges:
    """The changes behind a position, in their order. Making it asks the server for nothing; walking it does, part by part.

    `position` is where it goes on: behind the last change that was walked over. The walk ends where nothing has changed any
    more, and the next one goes on from there. Raises ClosumError while it walks, Gone for a position that the server cannot
    go on from.
    """

    def __init__(self, driver: AsyncDriver, position: str, limit: int | None) -> None:
        self._driver, self.position = driver, _where(position)
        self._stretch = Stretch(driver.core, PATH, "since", limit, Change.from_json)

    async def __aiter__(self) -> AsyncIterator[Change]:
        has_more = True
        while has_more:
            changes, after, has_more = await self._driver.run(self._stretch.part(self.position))
            for change in changes:
                yield change
                self.position = change.position
            self.position = str(after)

    def __repr__(self) -> str:
        return f"<AsyncChanges of {self._stretch!r} since {self.position!r}>"


class Feed:
    """What changed in the account. The methods raise ClosumError."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def now(self) -> str:
        """The position behind the last change.

        Returns:
            str: what `since` takes. Keep it, then read every record: whatever changes from now on is behind it.

        Raises:
            ClosumError
        """
        return str(self._driver.run(_feed(self._driver.core).part(NOW)).next)

    def since(self, position: str = "", *, limit: int | None = None) -> Changes:
        """What changed behind a position, asked for while it is walked.

        Args:
            position (str): From `now()`, a `Change`, or the `position` of a walk; without one the oldest change that is kept is
                the first.
            limit (int): How many changes are asked for at a time, 1000 at most; 25 by default.

        Returns:
            Changes: to walk over; its `position` is where to go on.

        Raises:
            ValueError: limit is out of range.
            Gone: the server cannot go on from there: take `now()`, and read every record again.
            ClosumError: while it is walked.
        """
        return Changes(self._driver, position, limit)


class AsyncFeed:
    """What changed in the account. The methods raise ClosumError."""

    def __init__(self, driver: AsyncDriver) -> None:
        self._driver = driver

    async def now(self) -> str:
        """The position behind the last change.

        Returns:
            str: what `since` takes. Keep it, then read every record: whatever changes from now on is behind it.

        Raises:
            ClosumError
        """
        return str((await self._driver.run(_feed(self._driver.core).part(NOW))).next)

    def since(self, position: str = "", *, limit: int | None = None) -> AsyncChanges:
        """What changed behind a position, asked for while it is walked.

        Args:
            position (str): From `now()`, a `Change`, or the `position` of a walk; without one the oldest change that is kept is
                the first.
            limit (int): How many changes are asked for at a time, 1000 at most; 25 by default.

        Returns:
            AsyncChanges: to walk over; its `position` is where to go on.

        Raises:
            ValueError: limit is out of range.
            Gone: the server cannot go on from there: take `now()`, and read every record again.
            ClosumError: while it is walked.
        """
        return AsyncChanges(self._driver, position, limit)


def _feed(core: Core) -> Stretch[Change]:
    return Stretch(core, PATH, "since", None, Change.from_json)


class Revisions(NewestFirst[Revision]):
    """The changes of one record, the newest first. Making it asks the server for nothing; walking it does, part by part.

    Each walk starts from the newest change. Raises ClosumError while it walks, NotFound where there is no such record.
    """


class AsyncRevisions(AsyncNewestFirst[Revision]):
    """The changes of one record, the newest first. Making it asks the server for nothing; walking it does, part by part.

    Each walk starts from the newest change. Raises ClosumError while it walks, NotFound where there is no such record.
    """
