"""closum import."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import click

from closum.accounts import users
from closum.cli import archives, import_remotely, import_shown
from closum.cli.options import (
    FILE_NAME,
    Number,
    account,
    database,
    files_of,
    flag,
    open_session,
    option,
    setting,
)
from closum.cli.progress import progress
from closum.cli.whole import whole_file
from closum.errors import Faults, Invalid, Refusal, WrongPhase
from closum.formats.form import FORMATS, Given
from closum.model.draft import MAX_ID
from closum.model.matching import ON_MATCH, SKIP
from closum.operations.importing import asked, declared, faults, job, local, report, work
from closum.operations.importing.child import collect_seldom
from closum.operations.importing.files import Files
from closum.operations.importing.policy import MATCH, Policy
from closum.resources.lead import LEAD
from closum.store import imports, ledger
from closum.store.background import Key
from closum.store.imports import CANCELLED, RUN, Sent
from closum.store.session import Session
from closum.store.unit import Unit
from closum.web.words import load, sayings

MEGABYTES = 96  # of pages that the database keeps: all processes take no more than 300
_PIECE = 1024 * 1024
_NEWEST = 100  # imports among which the one of an earlier command is looked for
_WAITS = (
    "closum: Another command began this import, and may have been killed. That is certain when it has done nothing for 30 s:"
    " this one waits until then, and goes on."
)
_INTERRUPTED = "Interrupted: run the command again, and it goes on; what was imported stays"
_CORRECT = "correct them there and import that file"


@click.command("import")
@click.argument("file", type=FILE_NAME)
@flag("dry-run", "Change nothing: print what the import would do, counted for the whole file.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="HEADING=PROPERTY",
    help="What a column means: --map 'E-mail=email', --map 'Notes=custom_data.notes'; nothing behind = leaves it out. Columns"
    " of one property are tried in the order given.",
)
@click.option(
    "--match",
    metavar="NAMES",
    help=f"What a row's lead is found by: the first of these that the row has; {','.join(MATCH)} by default.",
)
@click.option(
    "--on-match",
    type=click.Choice(ON_MATCH),
    help=f"What happens to a lead that is found; {SKIP} by default.",
)
@click.option(
    "--resource",
    metavar="NAME",
    help=f"What the rows become; {LEAD.name} by default. Other resources have no --match, --on-match and --country.",
)
@option(
    "country",
    metavar="CODE",
    help="The country of phone numbers without a prefix, such as PT; that of the account by default.",
)
@click.option(
    "--format", type=click.Choice(FORMATS), help="The format of the file, which is found out by default."
)
@click.option("--encoding", metavar="NAME", help="Its character encoding, such as utf-8 or cp1252.")
@click.option(
    "--delimiter", metavar="CHARACTER", help="The character between two cells of a CSV file; 'tab' for a tab."
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
@click.option(
    "--header-line",
    type=Number(1_000_000, least=0),
    metavar="N",
    help="The line of the headings, from 1; 0 where the file has none.",
)
@click.option(
    "--faults",
    type=FILE_NAME,
    help="Where to write the rows that are refused; by default FILE-faults.csv, if there are any.",
)
@click.option(
    "--url",
    metavar="URL",
    help="The address of a server, to import over HTTP instead of into a database, as 'closum lead import' does.",
)
@setting("files_folder")
@account
@database
def import_(
    file: Path,
    dry_run: bool,
    mapping: Sequence[str],
    faults: Path | None,
    url: str | None,
    resource: str | None,
    files_folder: str | None,
    account: str | None,
    database: str | None,
    **given: Any,
) -> None:
    """Import leads, or other records, from FILE into an account of a database: CSV, XLSX, NDJSON or vCard.

    The format, the encoding and the meaning of the columns are found out and shown. An import that was interrupted goes on
    where it stopped when you run the command again. An archive of 'closum export --all' goes into an account that has nothing. 'closum lead import' does the same over HTTP.
    """
    if url is not None:
        options = {"url": url, "faults": faults, "resource": resource, **given}
        import_remotely.run(file, options, mapping, dry_run=dry_run)
        return
    if archives.is_archive(file):
        if dry_run or mapping or faults or resource or any(given.values()):
            raise click.UsageError("An archive is taken as a whole: leave out all options but --account")
        archives.load(file, account, database)
        return
    wanted = _body(mapping, given)
    _refusing(asked.check, wanted)
    resource = _resource(resource, given)
    kept = files_of(database, files_folder)
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
        session.limit_memory(MEGABYTES)
        collect_seldom()
        run = _Run(session, owner.id, kept, file, resource)
        if dry_run:
            run.try_out(wanted)
        else:
            run.carry_out(wanted, faults or _beside(file))


def _resource(name: str | None, given: Mapping[str, Any]) -> str:
    """Raises UsageError for a resource that has no imports, and for options of leads."""
    if name is not None and name not in declared.names():
        raise click.UsageError(f"--resource must be one of {', '.join(declared.names())}")
    odd = next((one for one in Policy._fields if given.get(one) is not None), None)
    if name not in (None, LEAD.name) and odd:
        raise click.UsageError(f"--{_option(odd)} is of leads: leave it out")
    return name or LEAD.name


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.stem}-faults.csv")


def _body(mapping: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say, as the body of a call would."""
    body = {name: value for name, value in given.items() if value is not None}
    if body.get("delimiter") == "tab":
        body["delimiter"] = "\t"
    if mapping:
        body["mapping"] = [_column(one) for one in mapping]
    return body


def _column(text: str) -> dict[str, Any]:
    heading, separator, to = text.rpartition("=")
    if not separator or not heading:
        raise click.UsageError(f"--map needs HEADING=PROPERTY, such as 'E-mail=email', not '{text}'")
    name, _, kind = to.partition(":")
    return {"heading": heading, "to": name or None, **({"type": kind} if kind else {})}


class _Run:
    """One import by a command."""

    def __init__(self, session: Session, account_id: int, files: Files, file: Path, resource: str) -> None:
        self._session, self._account_id, self._files, self._file = session, account_id, files, file
        self._resource = resource
        self._kind = work.kind(files, sayings(load()))

    def try_out(self, wanted: dict[str, Any]) -> None:
        """A dry run; nothing is left of it."""
        sent = self._stored()
        number = self._added(sent, wanted)
        try:
            self._look(number, wanted)
            self._write(job.start, number, True, sent.sha256)
            self._work(number, "Checking")
            import_shown.result(self._shown(number))
        finally:
            self._write(job.drop, number)
            self._files.remove(sent.file)

    def carry_out(self, wanted: dict[str, Any], refused: Path) -> None:
        """The import, which goes on where an earlier command was interrupted."""
        sent = self._stored()
        if number := self._interrupted(sent.sha256):
            self._files.remove(sent.file)
        else:
            number = self._added(sent, wanted)
            self._look(number, wanted)
            self._write(job.start, number, False, sent.sha256)
        before = self._shown(number)["rows"]
        try:
            with ledger.noted(self._session, "import", self._account_id, number=number) as noted:
                noted["number"] = number
                seconds = self._work(number, "Importing")
        except KeyboardInterrupt:
            self._write(job.cancel, number)
            click.echo(f"closum: {_INTERRUPTED}", err=True)
            raise
        found = self._shown(number)
        import_shown.result(found)
        import_shown.speed(found["rows"] - before, seconds)
        if found["counts"]["faulty"]:
            click.echo(
                f"{self._refused(number, refused)} has the rows that were refused, with the reasons: {_CORRECT}"
            )

    def _stored(self) -> Sent:
        """A copy of the file, which stays until the undo of its import is over. Raises Refusal."""
        if not self._file.is_file():
            raise Refusal(f"{self._file} is not there, or is no file")
        if not (size := self._file.stat().st_size):
            raise Refusal(f"{self._file} is empty")
        if size > asked.MOST_BYTES:
            raise Refusal(f"{self._file} is larger than 1 GiB: split it")
        path = self._files.new(self._account_id)
        try:
            size, sha256 = _copied(self._file, path)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.filename is None:  # it was opened
                reason = f"{path.parent} cannot take a copy of {self._file}: {error.strerror}"
                raise Refusal(
                    f"{reason}: free some space, or name another folder with --files-folder"
                ) from None
            raise
        return Sent(self._file.name, "", size, sha256, path.name)

    def _interrupted(self, sha256: str) -> int | None:
        """The import of the same file that a command began and did not end."""
        with self._session.read() as unit:
            newest = imports.newest(unit.of(self._account_id), _NEWEST, MAX_ID)
        found = next((one for one in newest if (one.sha256, one.resource) == (sha256, self._resource)), None)
        if found is None or not found.file or found.phase not in (RUN, CANCELLED):
            return None
        if found.phase == CANCELLED or self._shown(found.id)["phase"] == report.FAILED:
            self._write(job.start, found.id, False, sha256)
        rows = self._shown(found.id)["rows"]
        click.echo(
            f"closum: Import {found.id} of this file was interrupted: it goes on behind {rows:,} rows",
            err=True,
        )
        return found.id

    def _added(self, sent: Sent, wanted: dict[str, Any]) -> int:
        given = _refusing(asked.given, wanted)
        number: int = self._write(job.add, sent, given, Policy(), self._resource).id
        return number

    def _look(self, number: int, wanted: dict[str, Any]) -> None:
        """Find out what the file is, and say how to import it."""
        self._work(number, "Reading")
        self._write(
            _configure, number, {name: one for name, one in wanted.items() if name not in Given._fields}
        )
        import_shown.form(self._shown(number))

    def _write(self, function: Callable[..., Any], *args: Any) -> Any:
        with self._session.write(self._account_id) as unit:
            return _refusing(function, unit, *args)

    def _shown(self, number: int) -> dict[str, Any]:
        with self._session.read() as unit:
            own = unit.of(self._account_id)
            return report.shown(own, job.find(own, number))

    def _work(self, number: int, title: str) -> float:
        """Do what is to do; how many seconds it took since it began here."""
        key, begun = Key(self._account_id, work.NAME, number), 0.0
        with progress(title, "rows") as show:

            def report(done: int, total: int | None) -> None:
                nonlocal begun
                begun = begun or time.monotonic()
                show(done, total)

            local.carry_out(self._session, self._kind, key, report, lambda: click.echo(_WAITS, err=True))
        return time.monotonic() - begun

    def _refused(self, number: int, path: Path) -> Path:
        """A file with the rows that were refused."""
        free = next(one for one in _numbered(path) if not one.exists())
        with whole_file(free, overwrite=False) as file, self._session.read() as unit:
            own, after = unit.of(self._account_id), 0
            found = job.find(own, number)
            file.write(faults.head(found))
            while some := imports.faults(own, number, after, faults.AT_ONCE):
                file.write(faults.rows(found, some))
                after = some[-1].record
        return free


def _refusing(function: Callable[..., Any], *args: Any) -> Any:
    """What a function gives. Raises Refusal for what it refuses of the options, and of the import."""
    try:
        return function(*args)
    except Invalid as invalid:
        found = [
            f"--{_option(name)}: {text}" for name, one in invalid.faults.items() for text in _messages(one)
        ]
        raise Refusal("; ".join(found)) from None
    except WrongPhase as wrong:
        raise Refusal(wrong.message) from None


def _option(name: str) -> str:
    return "map" if name == "mapping" else name.replace("_", "-")


def _messages(faults: str | Faults) -> list[str]:
    if isinstance(faults, str):
        return [faults]
    return [text for one in faults.values() for text in _messages(one)]


def _numbered(path: Path) -> Iterator[Path]:
    """A name, and further ones for when it is taken: `leads-faults.csv`, `leads-faults-2.csv`."""
    yield path
    yield from (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))


def _configure(unit: Unit, number: int, body: dict[str, Any]) -> None:
    job.change(unit, number, asked.wanted(job.find(unit, number), body))


def _copied(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file to a private one: its length in bytes, and its digest."""
    size, digest = 0, hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as read, os.fdopen(descriptor, "wb") as written:
        while piece := read.read(_PIECE):
            digest.update(piece)
            size += written.write(piece)
    return size, digest.hexdigest()
