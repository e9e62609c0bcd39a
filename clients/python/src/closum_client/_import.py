"""Imports: what they have beside their generated calls, a file that is sent and a wait for what becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._content import File, opened
from closum_client._drivers import AsyncDriver, Driver
from closum_client._export import Exported, Sink
from closum_client._formats import Target
from closum_client._group import Group, data
from closum_client._steps import Steps
from closum_client.records._imports import Import

READY = "ready"
ENDED = frozenset({READY, "done", "cancelled", "failed"})
FORM = frozenset({"format", "encoding", "delimiter", "sheet", "header_line"})
"""What says how a file is read: the server reads it again after one of these."""


class How(TypedDict, total=False):
    """How a file is imported: what `configure` takes."""

    mapping: Sequence[Mapping[str, Any]] | None
    match: str | Sequence[str] | None
    on_match: str | None
    country: str | None
    format: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_line: int | None


def _uploaded(group: Group, file: File, name: str | None, resource: str | None) -> Steps[int]:
    params = {} if resource is None else {"resource": resource}
    with opened(file, name) as content:
        return (yield from group.send(content, _id, params))


def _id(document: Envelope) -> int:
    return reading.required(reading.required(document, "data", reading.mapping), "id", reading.integer)


def _faults(group: Group, id: object, file: Target, overwrite: bool) -> Steps[Exported]:
    with Sink(file, overwrite) as sink:
        return (yield from group.download("/{id}/faults", id, sink))


def _waited(group: Group, id: object, timeout: float | None) -> Steps[Import]:
    return group.until(id, Import.from_json, _has_ended, timeout)


def _has_ended(found: Import) -> bool:
    return found.phase in ENDED


def _carried_out(
    group: Group,
    number_of: Steps[int],
    dry_run: bool,
    timeout: float | None,
    how: Mapping[str, Any],
) -> Steps[Import]:
    """An import from its file, which `number_of` sends, to its end, or to where something keeps it from going on."""
    number = yield from number_of
    found = yield from _waited(group, number, timeout)
    form = {name: value for name, value in how.items() if name in FORM}
    if form:
        yield from group.act("PUT", "/{id}", number, _read, **form)
        found = yield from _waited(group, number, timeout)
    if found.phase != READY:
        return found
    if rest := {name: value for name, value in how.items() if name not in FORM}:
        yield from group.act("PUT", "/{id}", number, _read, **rest)
    started = {"dry_run": dry_run, "sha256": found.file["sha256"]}
    yield from group.act("POST", "/{id}/start", number, _started, **started)
    return (yield from _waited(group, number, timeout))


_read: Callable[[Envelope], Import] = data(Import.from_json)


def _started(document: Envelope) -> None:
    """What it becomes is waited for."""


class Imported:
    """What is special about imports."""

    _driver: Driver
    _group: Group

    def upload(self, file: File, *, name: str | None = None, resource: str | None = None) -> int:
        """Send a file of leads, or of other records, of at most 1 GiB: CSV, XLSX, NDJSON or vCard. The server begins to read it.

        Args:
            file (str | PathLike | BinaryIO): Its path, or one that is open for reading as bytes and can be read again; it is
                sent from where it stands, in pieces.
            name (str): What it is called; by default what it is called here.
            resource (str): What its rows become, such as `"audience_list"`; by default leads.

        Returns:
            int: the id of the import. `wait` for the phase `ready`.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is a pipe, or not open for reading as bytes.
            ContentTooLarge: it is larger than 1 GiB.
            ClosumError
        """
        return self._driver.run(_uploaded(self._group, file, name, resource))

    def faults(self, id: int | str, file: Target, *, overwrite: bool = False) -> Exported:
        """Write the rows that were refused to a CSV file, as they were, with the reasons: to be corrected and sent again.

        Args:
            id (int | str): An int or its digits.
            file (str | PathLike | BinaryIO): A path, which gets what has arrived when it is whole, or a file that is open for
                writing as bytes.
            overwrite (bool): Whether to replace a file that exists.

        Returns:
            Exported: its size in bytes and its SHA-256.

        Raises:
            ValueError: `id` is not an id.
            FileExistsError: the file exists.
            NotFound: there is nothing with this id.
            ClosumError
        """
        return self._driver.run(_faults(self._group, id, file, overwrite))

    def wait(self, id: int | str, *, timeout: float | None = None) -> Import:
        """Wait until what the server does with a file has ended: look at its phase again and again.

        Args:
            id (int | str): An int or its digits.
            timeout (float): Seconds; without it for as long as it takes.

        Returns:
            Import: with the phase `ready` when the file has been read, and after a dry run; `done` after the import; or
                `cancelled`, or `failed`, with the reason as its `error`.

        Raises:
            ValueError: `id` is not an id.
            TimeoutError: it has not ended by then; it goes on.
            NotFound: there is nothing with this id.
            ClosumError
        """
        return self._driver.run(_waited(self._group, id, timeout))

    def run(
        self,
        file: File,
        *,
        name: str | None = None,
        resource: str | None = None,
        dry_run: bool = False,
        timeout: float | None = None,
        **how: Unpack[How],
    ) -> Import:
        """Import a file from its beginning to its end: `upload` it, `configure` the import, `start` it, and `wait`.

        Args:
            file (str | PathLike | BinaryIO): As `upload` takes it.
            name (str): Likewise.
            resource (str): Likewise.
            dry_run (bool): Whether to change nothing, and to count what the import would do; `start` then carries it out.
            timeout (float): Seconds for each wait; without it for as long as it takes.
            how: What `configure` takes, such as `on_match="update"` and `country="PT"`.

        Returns:
            Import: with the phase `done`; `ready` after a dry run; `failed` where the file cannot be read, with the reason as
                its `error`.

        Raises:
            OSError: the file cannot be read.
            TimeoutError: it has not ended by then; it goes on.
            Invalid: it cannot be done so; `errors` says why.
            ClosumError
        """
        return self._driver.run(
            _carried_out(self._group, _uploaded(self._group, file, name, resource), dry_run, timeout, how)
        )


class AsyncImported:
    """What is special about imports."""

    _driver: AsyncDriver
    _group: Group

    async def upload(self, file: File, *, name: str | None = None, resource: str | None = None) -> int:
        """Send a file of leads, or of other records, of at most 1 GiB: CSV, XLSX, NDJSON or vCard. The server begins to read it.

        Args:
            file (str | PathLike | BinaryIO): Its path, or one that is open for reading as bytes and can be read again; it is
                sent from where it stands, in pieces.
            name (str): What it is called; by default what it is called here.
            resource (str): What its rows become, such as `"audience_list"`; by default leads.

        Returns:
            int: the id of the import. `wait` for the phase `ready`.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is a pipe, or not open for reading as bytes.
            ContentTooLarge: it is larger than 1 GiB.
            ClosumError
        """
        return await self._driver.run(_uploaded(self._group, file, name, resource))

    async def faults(self, id: int | str, file: Target, *, overwrite: bool = False) -> Exported:
        """Write the rows that were refused to a CSV file, as they were, with the reasons: to be corrected and sent again.

        Args:
            id (int | str): An int or its digits.
            file (str | PathLike | BinaryIO): A path, which gets what has arrived when it is whole, or a file that is open for
                writing as bytes.
            overwrite (bool): Whether to replace a file that exists.

        Returns:
            Exported: its size in bytes and its SHA-256.

        Raises:
            ValueError: `id` is not an id.
            FileExistsError: the file exists.
            NotFound: there is nothing with this id.
            ClosumError
        """
        return await self._driver.run(_faults(self._group, id, file, overwrite))

    async def wait(self, id: int | str, *, timeout: float | None = None) -> Import:  # noqa: ASYNC109 -- as where it blocks
        """Wait until what the server does with a file has ended: look at its phase again and again.

        Args:
            id (int | str): An int or its digits.
            timeout (float): Seconds; without it for as long as it takes.

        Returns:
            Import: with the phase `ready` when the file has been read, and after a dry run; `done` after the import; or
                `cancelled`, or `failed`, with the reason as its `error`.

        Raises:
            ValueError: `id` is not an id.
            TimeoutError: it has not ended by then; it goes on.
            NotFound: there is nothing with this id.
            ClosumError
        """
        return await self._driver.run(_waited(self._group, id, timeout))

    async def run(
        self,
        file: File,
        *,
        name: str | None = None,
        resource: str | None = None,
        dry_run: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- as where it blocks
        **how: Unpack[How],
    ) -> Import:
        """Import a file from its beginning to its end: `upload` it, `configure` the import, `start` it, and `wait`.

        Args:
            file (str | PathLike | BinaryIO): As `upload` takes it.
            name (str): Likewise.
            resource (str): Likewise.
            dry_run (bool): Whether to change nothing, and to count what the import would do; `start` then carries it out.
            timeout (float): Seconds for each wait; without it for as long as it takes.
            how: What `configure` takes, such as `on_match="update"` and `country="PT"`.

        Returns:
            Import: with the phase `done`; `ready` after a dry run; `failed` where the file cannot be read, with the reason as
                its `error`.

        Raises:
            OSError: the file cannot be read.
            TimeoutError: it has not ended by then; it goes on.
            Invalid: it cannot be done so; `errors` says why.
            ClosumError
        """
        return await self._driver.run(
            _carried_out(self._group, _uploaded(self._group, file, name, resource), dry_run, timeout, how)
        )
