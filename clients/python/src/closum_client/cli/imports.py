"""`closum-client lead import`: a file is sent to the server, which imports it while the command shows how far it is."""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from closum_client.cli import body as bodies
from closum_client.cli import import_shown
from closum_client.cli.common import command
from closum_client.cli.connection import AGAIN, connected
from closum_client.cli.failure import ERROR, Failure, Lines, program
from closum_client.cli.given import Whole
from closum_client.cli.progress import Report, progress
from closum_client.cli.text import as_json, say
from closum_client.errors import ApiError, Invalid

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

PATH = "/api/import"
NAME = "import"
SUMMARY = "Import a file of leads: CSV, XLSX, NDJSON or vCard."
RUN, CANCELLED, FAILED = "import", "cancelled", "failed"
ENDED = frozenset({"ready", "done", CANCELLED, FAILED})
OF_LEADS = ("match", "on_match", "country")
LEAD = "lead"
"""What rows become where nothing else is said."""
FORM = ("format", "encoding", "delimiter", "sheet", "header_line")
MOST_BYTES = 1024**3
NEWEST = 100  # imports among which the one of an earlier command is looked for
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.1, 2.0, 1.5  # seconds between two looks
PIECE = 1024 * 1024  # bytes

Import = dict[str, Any]

OPTIONS = (
    click.Argument(["file"], type=click.Path(path_type=Path)),
    click.Option(
        ["--dry-run"],
        is_flag=True,
        help="Change nothing: print what the import would do, counted for the whole file.",
    ),
    click.Option(
        ["--map", "mapping"],
        multiple=True,
        metavar="HEADING=PROPERTY",
        help="What a column means: --map 'E-mail=email', --map 'Notes=custom_data.notes'; nothing behind = leaves it out. "
        "Columns of one property are tried in the order given.",
    ),
    click.Option(
        ["--match"],
        metavar="NAMES",
        help="What a row's lead is found by: the first of these that the row has; email,phone by default.",
    ),
    click.Option(
        ["--on-match"],
        metavar="POLICY",
        help="What happens to a lead that is found: update, fill_empty, skip, fail or create; skip by default.",
    ),
    click.Option(
        ["--resource"],
        metavar="NAME",
        help="What the rows become; lead by default. Other resources have no --match, --on-match and --country.",
    ),
    click.Option(
        ["--country"],
        metavar="CODE",
        help="The country of phone numbers without a prefix, such as PT; that of the account by default.",
    ),
    click.Option(["--format"], metavar="NAME", help="csv, xlsx, ndjson or vcard; found out by default."),
    click.Option(["--encoding"], metavar="NAME", help="Its character encoding, such as utf-8 or cp1252."),
    click.Option(
        ["--delimiter"],
        metavar="CHARACTER",
        help="The character between two cells of a CSV file; 'tab' for a tab.",
    ),
    click.Option(["--sheet"], metavar="NAME", help="The sheet of a workbook."),
    click.Option(["--header-line"], type=Whole(), metavar="N", help="The line of the headings, from 1."),
    click.Option(
        ["--faults"],
        type=click.Path(path_type=Path),
        help="Where to write the rows that are refused; by default FILE-faults.csv, if there are any.",
    ),
)
HELP = (
    "Import leads, or other records, from FILE: CSV, XLSX, NDJSON or vCard, of at most 1 GiB.\n\nThe server finds out the format, the encoding and "
    "the meaning of the columns, which are shown. An import that was interrupted goes on where it stopped when you run the "
    "command again."
)


def import_command() -> click.Command:
    """The command."""
    return command(NAME, _run, HELP, *OPTIONS)


def _run(
    file: Path,
    dry_run: bool,
    mapping: Sequence[str],
    faults: Path | None,
    resource: str | None,
    raw: bool,
    url: str | None,
    token: str | None,
    **given: Any,
) -> None:
    wanted = _body(mapping, given)
    odd = next((name for name in OF_LEADS if name in wanted), None)
    if resource not in (None, LEAD) and odd:
        raise click.UsageError(f"--{odd.replace('_', '-')} is of leads: leave it out")
    _check(file)
    with connected(url, token, _refused, AGAIN) as client:
        run = _Run(client, file, resource or LEAD, raw=raw)
        if dry_run:
            run.try_out(wanted)
        else:
            run.carry_out(wanted, faults or file.with_name(f"{file.stem}-faults.csv"))


def _body(mapping: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say, as the body of a call."""
    body = {name: value for name, value in given.items() if value is not None}
    if body.get("delimiter") == "tab":
        body["delimiter"] = "\t"
    return body | ({"mapping": [_column(one) for one in mapping]} if mapping else {})


def _column(text: str) -> dict[str, Any]:
    heading, separator, to = text.rpartition("=")
    if not separator or not heading:
        raise click.UsageError(f"--map needs HEADING=PROPERTY, such as 'E-mail=email', not '{text}'")
    name, _, kind = to.partition(":")
    return {"heading": heading, "to": name or None, **({"type": kind} if kind else {})}


def _check(file: Path) -> None:
    if not file.is_file():
        raise Failure(ERROR, f"{file} is not there, or is no file")
    size = file.stat().st_size
    if not size:
        raise Failure(ERROR, f"{file} is empty")
    if size > MOST_BYTES:
        raise Failure(ERROR, f"{file} is larger than 1 GiB: split it")


def _refused(error: ApiError) -> Lines | None:
    return tuple(bodies.faults(error.errors, [])) if isinstance(error, Invalid) and error.errors else None


class _Run:
    """One import by a command."""

    def __init__(self, client: "Calls", file: Path, resource: str, *, raw: bool) -> None:
        self._client, self._file, self._resource, self._raw = client, file, resource, raw

    def try_out(self, wanted: dict[str, Any]) -> None:
        """A dry run; the file waits at the server, which removes it after some time."""
        found = self._looked_at(wanted)
        self._start(found, dry_run=True)
        self._show(self._ended(found["id"], "Checking"))

    def carry_out(self, wanted: dict[str, Any], refused: Path) -> None:
        """The import, which goes on where an earlier command was interrupted."""
        found = self._interrupted() or self._looked_at(wanted)
        try:
            if found["phase"] != RUN:
                self._start(found, dry_run=False)
            found = self._ended(found["id"], "Importing")
        except KeyboardInterrupt:
            self._client.request("POST", f"{PATH}/{found['id']}/cancel")
            click.echo(
                f"{program()}: Interrupted: run the command again, and it goes on; what was imported stays",
                err=True,
            )
            raise
        self._show(found)
        if found["operation"] and not self._raw:
            say(f"'{program()} operation undo {found['operation']}' takes all of it back.")
        if found["counts"]["faulty"]:
            self._keep_faults(found, refused)

    def _show(self, found: Import) -> None:
        if self._raw:
            say(as_json(found))
        else:
            import_shown.result(found)

    def _interrupted(self) -> Import | None:
        """The import of the same file that an earlier command began and did not end."""
        answer = self._client.request("GET", PATH, params={"limit": NEWEST})
        size, of_resource = self._file.stat().st_size, [one for one in answer["data"] if self._is_mine(one)]
        mine = [one for one in of_resource if one["file"]["size"] == size]
        digest = _digest(self._file) if mine else ""
        found: Import | None = next((one for one in mine if one["file"]["sha256"] == digest), None)
        if found is None or found["is_dry_run"] or not found["rows"] or not found["file"]["is_kept"]:
            return None
        if found["phase"] not in (RUN, CANCELLED) and not (found["phase"] == FAILED and found["operation"]):
            return None
        click.echo(
            f"{program()}: Import {found['id']} of this file was interrupted: it goes on behind {found['rows']:,} rows",
            err=True,
        )
        return found

    def _is_mine(self, found: Import) -> bool:
        """Whether it is of the same resource: older servers import leads alone."""
        return bool(found.get("resource", LEAD) == self._resource)

    def _looked_at(self, wanted: dict[str, Any]) -> Import:
        """The import of the file, when the server has found out how to read it."""
        number = self._sent()
        found = self._ended(number, "Reading", keep=True)
        form = {name: value for name, value in wanted.items() if name in FORM}
        rest = {name: value for name, value in wanted.items() if name not in FORM}
        if form:
            self._client.request("PUT", f"{PATH}/{number}", json=form)
            found = self._ended(number, "Reading")
        _check_phase(found)
        if rest:
            found = self._client.request("PUT", f"{PATH}/{number}", json=rest)["data"]
        if not self._raw:
            import_shown.form(found)
        return found

    def _sent(self) -> int:
        from closum_client._content import Content

        with self._file.open("rb") as file, progress("Sending", "bytes") as show:
            watched = cast(BinaryIO, Watched(file, self._file.stat().st_size, show))
            params = {} if self._resource == LEAD else {"resource": self._resource}
            found = self._client.upload(PATH, Content(watched, self._file.name), params)["data"]
        return int(found["id"])

    def _start(self, found: Import, *, dry_run: bool) -> None:
        wanted = {"dry_run": dry_run, "sha256": found["file"]["sha256"]}
        self._client.request("POST", f"{PATH}/{found['id']}/start", json=wanted)

    def _ended(self, number: int, title: str, *, keep: bool = False) -> Import:
        """The import, once what the server does with it has ended. Raises Failure where it failed, unless `keep`."""
        wait = FIRST_PAUSE
        with progress(title, "rows") as show:
            while (found := self._shown(number))["phase"] not in ENDED:
                show(found["rows"], found["total"])
                pause(wait)
                wait = min(GROWTH * wait, LONGEST_PAUSE)
            show(found["rows"], found["total"])
        if not keep:
            _check_phase(found)
        return found

    def _keep_faults(self, found: Import, path: Path) -> None:
        """Write the rows that were refused to a file that is not there yet."""
        from closum_client._export import Sink

        free = next(one for one in _numbered(path) if not one.exists())
        self._client.export(f"{PATH}/{found['id']}/faults", {}, Sink(free))
        if not self._raw:
            say(
                f"{free} has the rows that were refused, with the reasons: correct them there and import that file"
            )

    def _shown(self, number: int) -> Import:
        found: Import = self._client.request("GET", f"{PATH}/{number}")["data"]
        return found


def _check_phase(found: Import) -> None:
    if found["phase"] == FAILED:
        raise Failure(ERROR, found["error"] or f"Import {found['id']} has failed")
    if found["phase"] == CANCELLED:
        raise Failure(ERROR, f"Import {found['id']} was cancelled: run the command again, and it goes on")


class Watched:
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, size: int, report: Report) -> None:
        self._file, self._size, self._report = file, size, report
        self.tell: Callable[[], int] = file.tell
        self.seek: Callable[..., int] = file.seek

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self._report(self._file.tell(), self._size)
        return piece


def _numbered(path: Path) -> Iterator[Path]:
    """leads-faults.csv, leads-faults-2.csv …"""
    yield path
    for number in itertools.count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def pause(seconds: float) -> None:
    """Wait until it is time to look again."""
    time.sleep(seconds)
