"""The process that reads a file for an import: apart, with little memory, so that no file harms the server.

It is told what to do by JSON on its standard input, and answers with messages of msgpack, each behind its length. It ends with
its parent, which holds the other end of that input.
"""

import contextlib
import gc
import hashlib
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from closum.errors import Refusal
from closum.formats.detect import detect
from closum.formats.form import CSV, NDJSON, Broken, Form, Given, Record
from closum.formats.reading import records
from closum.operations.importing import declared, feet, mapping, wire
from closum.operations.importing.mapping import Column
from closum.operations.importing.reading import Taken
from closum.operations.importing.rows import Cities, Faulty, LeftOut, Options, Ready, Rows
from closum.operations.importing.wire import Analysis, End, Stopped, Told

MEMORY = 512 * 1024 * 1024  # bytes of address space
OBJECTS = 200_000  # that hold others, new since the last look for cycles
AT_ONCE = 500  # rows of a message
MOST_LENGTH = 1024 * 1024  # characters of these, but for the last one
FIRST = 30  # rows that an analysis shows
MOST_COUNTED = 100_000  # rows: how many a longer file has is estimated
_PIECE = 1024 * 1024
_TOO_LARGE = "The file needs too much memory to be read: split it, or save it as CSV"
_FAILED = "Internal error ({error}): the server's log has the details"
_CHANGED = "The file is not the one that was sent any more: send it again"


class Task(NamedTuple):
    """A file, and what is wanted of it: with `columns` its records behind the first `start`, else what it is.

    Where it `is_dry`, nothing is made that only a lead that is stored needs. With what headings are `known` to mean, its rows
    are no leads: they are taken as they are.
    """

    path: str
    name: str
    media_type: str
    size: int
    sha256: str
    given: dict[str, Any]
    form: dict[str, Any] | None = None
    columns: list[list[Any]] | None = None
    country: str | None = None
    cities: list[tuple[int, str]] | None = None
    called: dict[str, int] | None = None
    empty: list[str] | None = None
    users: dict[str, int] | None = None
    zone: str = "UTC"
    stages: dict[str, int] | None = None
    stage_names: list[str] | None = None
    known: dict[str, str] | None = None
    start: int = 0
    is_dry: bool = False


def main() -> None:
    """Carry out the task on standard input."""
    length = int.from_bytes(sys.stdin.buffer.read(4), "big")
    task = Task(**msgspec.json.decode(sys.stdin.buffer.read(length)))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    collect_seldom()
    try:
        for one in told(task):
            _send(one)
    except MemoryError:
        _send(Stopped(_TOO_LARGE))
    except Exception as error:  # its message may have what is in the file
        sys.stderr.writelines(["closum: reading a file failed\n", *traceback.format_tb(error.__traceback__)])
        _send(Stopped(_FAILED.format(error=type(error).__name__)))
    os._exit(0)  # the thread waits for the end of the parent


def collect_seldom() -> None:
    """Rows are made of many objects that end with them; looking through all of them for cycles costs a tenth."""
    gc.freeze()
    gc.set_threshold(OBJECTS, 10, 10)


def told(task: Task) -> Iterator[Told]:
    """What the task comes to."""
    try:
        lines = _look_at(task)
        yield from _records(task) if task.columns is not None else _analysed(task, lines)
    except Refusal as refusal:
        yield Stopped(str(refusal))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _send(one: Told) -> None:
    data = msgspec.msgpack.encode(one)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
        sys.stdout.buffer.flush()


def _look_at(task: Task) -> int:
    """How many lines the file has. Raises Refusal where it is not the one that was sent."""
    path, digest, lines, last = Path(task.path), hashlib.sha256(), 0, b"\n"
    try:
        if path.stat().st_size != task.size:
            raise Refusal(_CHANGED)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                lines += piece.count(b"\n")
                last = piece[-1:]
    except FileNotFoundError:
        raise Refusal("The file is not there any more: send it again") from None
    if digest.hexdigest() != task.sha256:
        raise Refusal(_CHANGED)
    return lines + (last != b"\n")


def _analysed(task: Task, lines: int) -> Iterator[Told]:
    known = task.known
    is_known = mapping.is_known if known is None else partial(declared.is_known, known=known)
    found = detect(Path(task.path), task.name, task.media_type, Given(**task.given), is_known)
    rows = records(Path(task.path), found.form)
    head = [*islice(rows, FIRST)]
    first = [one for one in head if isinstance(one, Record)]
    headings = found.form.headings
    columns = mapping.propose(headings) if known is None else declared.propose(headings, known)
    yield Analysis(
        found.form._asdict(),
        list(found.sheets),
        [list(one) for one in columns],
        [wire.texts(one.cells) for one in first],
        [one.line for one in first],
        *_counted(found.form, head, rows, lines),
    )


def _counted(
    form: Form, head: Sequence[Record | Broken], rest: Iterator[Record | Broken], lines: int
) -> tuple[int | None, bool]:
    """How many records there are, and whether these are all; else about as many as that many lines have, None where lines do not
    tell."""
    number, line = len(head), head[-1].line if head else 0
    try:
        for one in islice(rest, MOST_COUNTED - number):
            number += 1
            line = one.line
        if next(rest, None) is None:
            return number, True
    except Refusal:  # the import tells it when it comes there
        pass
    if form.format not in (CSV, NDJSON):
        return None, False
    about = number * (lines - form.header_line) // max(1, line - form.header_line)
    return max(number, round(about, 3 - len(str(about)))), False


def _records(task: Task) -> Iterator[Told]:
    form = Form(**{**(task.form or {}), "headings": tuple((task.form or {})["headings"])})
    rows = declared.Cells(form.headings, form.format) if task.known is not None else _leads(task, form)
    rest = islice(records(Path(task.path), form), task.start, None)
    while some := _some(rest):
        yield _rows(some, [rows.read(one) for one in some], is_dry=task.is_dry)
    yield End()


def _leads(task: Task, form: Form) -> Rows:
    columns = [Column(*one) for one in task.columns or ()]
    known = (task.users or {}, task.zone, task.stages or {}, task.stage_names or (), task.empty or ())
    options = Options(task.country, int(time.time()), *known)
    return Rows(form.headings, columns, options, Cities.of(task.cities or (), task.called), form.format)


def _some(rest: Iterator[Record | Broken]) -> list[Record | Broken]:
    """The next AT_ONCE records, or fewer where they are long."""
    some, length = list[Record | Broken](), 0
    for one in rest:
        some.append(one)
        length += _length(one.cells) if isinstance(one, Record) else 0
        if len(some) == AT_ONCE or length > MOST_LENGTH:
            break
    return some


def _length(cells: Sequence[Any]) -> int:
    try:
        return sum(map(len, cells))
    except TypeError:  # JSON values, of which some are numbers
        return len(str(cells))


def _rows(
    records: Sequence[Record | Broken],
    read: Sequence[Ready | Taken | Faulty | LeftOut | None],
    *,
    is_dry: bool,
) -> wire.Rows:
    """Every record of the file is one row here, also a blank one: so they can be counted."""
    rows, warnings = list[wire.Row_](), list[list[Any]]()
    for record, one in zip(records, read, strict=True):
        cells = record.cells if isinstance(record, Record) else ()
        if isinstance(one, Taken):
            rows.append(wire.taken(one.line, one.cells, cells))
        elif isinstance(one, Ready):
            rows.append(wire.ready(one.line, one.values, one.nested, cells, found=not is_dry))
            warnings += [list(each) for each in one.warnings]
        elif isinstance(one, Faulty):
            rows.append(wire.Faulty(one.line, [list(each) for each in one.faults], wire.packed(one.cells)))
            warnings += [list(each) for each in one.warnings]
        else:
            left = (one.reason, one.text) if one else (feet.BLANK, "")
            rows.append(wire.LeftOut(record.line, *left))
            warnings += [list(one.warning)] if one else []
    return wire.Rows(rows, warnings)


if __name__ == "__main__":
    main()
