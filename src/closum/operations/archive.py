"""Everything that an account has as one archive, and an archive put into an account that has nothing.

It is a ZIP: a README, a part of NDJSON for each table, and last a manifest with the number of rows of each part and its
SHA-256. Rows are as they are stored, so what comes back has its ids, its history and its bin.
"""

import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

import msgspec

from closum import __version__, resources
from closum.accounts import passwords
from closum.accounts import users as accounts
from closum.accounts.roles import Role
from closum.errors import BrokenRule, Refusal
from closum.formats.output import Output
from closum.model import address
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import Users, listed, written
from closum.operations import archive_keys
from closum.resources.account import ACCOUNT
from closum.resources.lead import LEAD
from closum.store import archive, cities, identity, migrate
from closum.store.catalogue import Table
from closum.store.identity import Account
from closum.store.imports import CANCELLED, DONE
from closum.store.progress import Report
from closum.store.session import Session
from closum.store.unit import Stream, Unit, timestamp

VERSION = 1
README, MANIFEST = "README.txt", "closum-archive.json"
SETTINGS, USERS, KEYS, CITIES = "settings.ndjson", "users.ndjson", "keys.ndjson", "cities.ndjson"
LONGEST = 16 * 1024 * 1024  # bytes of a line
POLITE = 5_000  # rows that are put in beside a running server of SQLite, which waits for them
LEVEL = 2  # of compression

OWN_SETTINGS = ("zone", "country", "language")
_UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_FORMER = (DONE, CANCELLED)
_IMPORT = "import"

ABOUT = """\
This is an archive of a closum account: everything that the account had at one moment.

closum-archive.json   when it was made and by which version, and of each part the number of its lines and its SHA-256
settings.ndjson       the settings of the account
users.ndjson          its users, without passwords and tokens
keys.ndjson           its API keys, without what they are: put back they are revoked
cities.ndjson         the cities that leads refer to
tables/lead.ndjson    leads; email and phone have their addresses and numbers
tables/change.ndjson  the history: who changed what, and what it was before
tables/bin.ndjson     which deleted records can be restored; what they were is in the history
tables/merged.ndjson  which records went into which
tables/import.ndjson  imports, without their files
tables/….ndjson       counts, pairs of leads that look alike, mappings of imports

Each line of a part is one JSON object: a row as it is stored. `closum import FILE --account NAME` puts all of it into an
account that has nothing yet, in this installation or another one of the same version.

It has personal data: keep it as safe as the database.
"""

encode = msgspec.json.Encoder()


class Loaded(NamedTuple):
    """How many rows of each part there are now, the users that were made, and the addresses that others have."""

    rows: dict[str, int]
    made: list[str]
    taken: list[str]


class _Part:
    """A member of the archive as it is written."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name, self._file = name, file
        self._digest, self._count = hashlib.sha256(), 0

    def add(self, rows: Sequence[Row]) -> None:
        lines = encode.encode_lines(rows)
        self._digest.update(lines)
        self._file.write(lines)
        self._count += len(rows)

    @property
    def entry(self) -> dict[str, Any]:
        return {"name": self._name, "count": self._count, "sha256": self._digest.hexdigest()}


def write(unit: Stream, account: Account, output: Output, report: Report) -> dict[str, int]:
    """Write the archive; how many rows each part has."""
    own, entries = unit.of(account.id), list[dict[str, Any]]()
    with ZipFile(output, "w", ZIP_DEFLATED, compresslevel=LEVEL) as file:  # type: ignore[call-overload]
        file.writestr(_member(README), ABOUT)
        for name, rows in (
            (SETTINGS, [_settings(own)]),
            (USERS, [*_users(own)]),
            (KEYS, archive_keys.rows(own)),
            (CITIES, [{"id": one, "city_name": city} for one, city in archive.city_names(own, LEAD)]),
        ):
            entries.append(_write_part(file, name, rows))
        done, total = 0, archive.expected(own)
        for table in archive.tables(unit, resources.RESOURCES):
            entries.append(_write_table(file, own, table))
            done += entries[-1]["count"]
            report(done, max(done, total))
        manifest = {"version": VERSION, "closum": __version__, "schema": migrate.newest()}
        manifest |= {"account": account.name, "made": timestamp(unit.now), "parts": entries}
        file.writestr(_member(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))
    return {entry["name"]: entry["count"] for entry in entries}


def _write_part(file: ZipFile, name: str, rows: Sequence[Row]) -> dict[str, Any]:
    with file.open(_member(name), "w", force_zip64=True) as opened:
        part = _Part(name, opened)
        part.add(rows)
    return part.entry


def _write_table(file: ZipFile, unit: Stream, table: Table) -> dict[str, Any]:
    names = archive.columns(table)
    with file.open(_member(_path(table)), "w", force_zip64=True) as opened:
        part = _Part(_path(table), opened)
        for piece in archive.pieces(unit, table):
            part.add([_stored(table, dict(zip(names, row, strict=True))) for row in piece])
    return part.entry


def _stored(table: Table, row: Row) -> Row:
    """A row as the archive has it: an import has no file there, and does not go on."""
    if table.name == _IMPORT:
        row |= {"file": "", "phase": row["phase"] if row["phase"] in _FORMER else CANCELLED}
    return row


def _path(table: Table) -> str:
    return f"tables/{table.name}.ndjson"


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    return member


def _settings(unit: Unit) -> Row:
    row = identity.account_row(unit, unit.account_id) or {}
    return {name: row[name] for name in OWN_SETTINGS}


def _users(unit: Unit) -> Iterator[Row]:
    for user in identity.users(unit, unit.account_id):
        yield {"id": user.id, "email": user.email, "role": user.role, "name": user.name}


def is_archive(path: Path) -> bool:
    """Whether a file is one."""
    if not is_zipfile(path):
        return False
    try:
        with ZipFile(path) as file:
            return MANIFEST in file.namelist()
    except (BadZipFile, OSError):
        return False


def load(session: Session, path: Path, account: Account, report: Report) -> Loaded:
    """Put an archive into an account that has nothing; nothing is stored of one that is damaged or does not fit.

    Users whose address is free are made, disabled and with a password that nobody knows. Raises Refusal.
    """
    with ZipFile(path) as file:
        manifest = _manifest(file, path)
        entries = {one["name"]: one for one in manifest["parts"]}
        total = sum(one["count"] for one in manifest["parts"])
        _check(session, account, file, entries, total)
        _look_through(session, file, entries)
        settings, users = _read_settings(file, entries[SETTINGS]), _read_users(file, entries[USERS])
        keys = archive_keys.read(_read(file, entries[KEYS]), KEYS)
        made, taken, ids = _make_users(session, account, users)
        own = _Ids(ids, archive_keys.make(session, account, keys))
        try:
            with session.write(account.id) as unit:
                rows = _put(unit, file, entries, own, lambda done: report(done, total))
        except BaseException:
            archive_keys.remove(session, own.keys)
            with session.write() as unit:
                for user in users:
                    if user["email"] in made:
                        identity.remove_user(unit, ids[user["id"]])
            raise
        with session.write() as unit:
            identity.change_account(unit, account.id, settings)
    return Loaded(rows, made, taken)


class _Ids(NamedTuple):
    """The ids here, by those in the archive."""

    users: dict[int, int]
    keys: dict[int, int]


class _Entry(msgspec.Struct):
    name: str
    count: int
    sha256: str


class _Manifest(msgspec.Struct):
    version: int
    schema: int
    parts: list[_Entry]
    closum: str = "another version"


class _User(msgspec.Struct):
    id: int
    email: str
    role: Role
    name: str | None


class _City(msgspec.Struct):
    id: int
    city_name: str


def _manifest(file: ZipFile, path: Path) -> dict[str, Any]:
    try:
        if file.getinfo(MANIFEST).file_size > LONGEST:
            raise ValueError
        found = msgspec.json.decode(file.read(MANIFEST), type=_Manifest)
    except (ValueError, KeyError, *_UNREADABLE, msgspec.MsgspecError):
        raise Refusal(f"{path} is damaged: its {MANIFEST} cannot be read") from None
    if (found.version, found.schema) != (VERSION, migrate.newest()):
        raise Refusal(
            f"{path} was made by closum {found.closum}: put it into a database of that version, and upgrade that"
        )
    manifest: dict[str, Any] = msgspec.to_builtins(found)
    return manifest


def _read_settings(file: ZipFile, entry: dict[str, Any]) -> Row:
    fields = {one.name: one for one in ACCOUNT.fields}
    try:
        (row,) = list(_read(file, entry))
        return {name: None if row[name] is None else fields[name].parse(row[name]) for name in OWN_SETTINGS}
    except (ValueError, KeyError, BrokenRule):
        raise Refusal(f"The archive is damaged: {SETTINGS} cannot be read") from None


def _read_cities(file: ZipFile, entry: dict[str, Any]) -> dict[int, str]:
    try:
        cities = msgspec.convert(list(_read(file, entry)), list[_City])
    except msgspec.MsgspecError:
        raise Refusal(f"The archive is damaged: {CITIES} cannot be read") from None
    return {one.id: one.city_name for one in cities}


def _read_users(file: ZipFile, entry: dict[str, Any]) -> list[Row]:
    try:
        users = msgspec.convert(list(_read(file, entry)), list[_User])
        for one in users:
            address.check(one.email)
    except (ValueError, msgspec.MsgspecError):
        raise Refusal(f"The archive is damaged: {USERS} cannot be read") from None
    return [msgspec.to_builtins(one) for one in users]


def _look_through(session: Session, file: ZipFile, entries: dict[str, Any]) -> None:
    """All of it, before anything is stored. Raises Refusal."""
    with session.read() as unit:
        columns = {
            _path(table): {*archive.columns(table)} for table in archive.tables(unit, resources.RESOURCES)
        }
    for name, entry in entries.items():
        are_others = False
        for row in _read(file, entry):
            are_others |= row.keys() != columns.get(name, row.keys())
        if are_others:
            raise Refusal(f"The archive is damaged: {name} has other columns than the table")


def _check(session: Session, account: Account, file: ZipFile, entries: dict[str, Any], total: int) -> None:
    """Raises Refusal for what cannot be put in."""
    if session.pace().pauses and total > POLITE:
        raise Refusal(f"{total} rows would keep the running server waiting: stop it first; nothing was done")
    with session.read() as unit:
        if not archive.is_empty(unit.of(account.id), resources.RESOURCES):
            raise Refusal(
                f"The account '{account.name}' has records, or had some: make a new one with 'closum account add'"
            )
        needed = {SETTINGS, USERS, KEYS, CITIES, *map(_path, archive.tables(unit, resources.RESOURCES))}
        if needed - entries.keys():
            raise Refusal(f"The archive is damaged: {', '.join(sorted(needed - entries.keys()))} is missing")
        named = _read_cities(file, entries[CITIES])
        there = dict(cities.names(unit))
    if missing := [f"{one} ({name})" for one, name in named.items() if there.get(one) != name]:
        raise Refusal(
            f"The leads refer to cities that are not here: {', '.join(missing[:5])}: load them with 'closum city load'"
        )


def _make_users(
    session: Session, account: Account, users: Sequence[Row]
) -> tuple[list[str], list[str], dict[int, int]]:
    """The addresses of users that were made, those that other users have, and the new ids by the old ones."""
    made, taken, ids = list[str](), list[str](), dict[int, int]()
    for user in users:
        hashed = passwords.hashed(secrets.token_hex(32))
        with session.write() as unit:
            found = identity.user_by_key(unit, accounts.email_key(user["email"]))
            if found is None:
                new = {"role": user["role"], "name": user["name"]}
                ids[user["id"]] = accounts.add_user(unit, account, user["email"], hashed, **new)
                identity.enable_user(unit, ids[user["id"]], False)
                made.append(user["email"])
            elif found.account_id == account.id:
                ids[user["id"]] = found.id
            else:
                taken.append(user["email"])
    return made, taken, ids


def _put(unit: Unit, file: ZipFile, entries: dict[str, Any], ids: _Ids, report: Any) -> dict[str, int]:
    found, done = dict[str, int](), 0
    archive.clear(unit, resources.RESOURCES)
    for table in archive.tables(unit, resources.RESOURCES):
        resource, some = resources.RESOURCES.named(table.name), list[Row]()
        found[table.name] = 0
        for row in _read(file, entries[_path(table)]):
            some.append(_mapped(row, resource, ids))
            if len(some) == archive.AT_ONCE:
                done += _put_some(unit, table, resource, some)
                report(done)
                found[table.name] += len(some)
                some.clear()
        done += _put_some(unit, table, resource, some)
        found[table.name] += len(some)
    return found


def _put_some(unit: Unit, table: Table, resource: Any, rows: list[Row]) -> int:
    archive.put(unit, table, rows)
    if resource is not None:
        archive.find(unit, resource, rows)
    return len(rows)


def _mapped(row: Row, resource: Resource | None, own: _Ids) -> Row:
    """The row with the ids that its users and keys have here, None where it is nobody's."""
    ids = own.users
    if row.get("key_id") is not None:
        row["key_id"] = own.keys.get(row["key_id"])
    if row.get("user_id") is not None:
        row["user_id"] = ids.get(row["user_id"])
    for one in resource.users if resource else ():
        if isinstance(one, Users):
            row[one.name] = written(ids[user] for user in listed(row[one.name]) if user in ids)
        elif one.name != "user_id" and row.get(one.name) is not None:
            row[one.name] = ids.get(row[one.name])
    return row


def _read(file: ZipFile, entry: dict[str, Any]) -> Iterator[Row]:
    """The rows of a part. Raises Refusal for one that is not as it was written, at its end."""
    name, digest, count = entry["name"], hashlib.sha256(), 0
    try:
        with file.open(name) as part:
            while line := part.readline(LONGEST):
                digest.update(line)
                row = msgspec.json.decode(line)
                if not isinstance(row, dict):
                    raise ValueError
                count += 1
                yield row
    except (KeyError, ValueError, *_UNREADABLE, msgspec.MsgspecError):
        raise Refusal(f"The archive is damaged: {name} cannot be read") from None
    if (digest.hexdigest(), count) != (entry["sha256"], entry["count"]):
        raise Refusal(f"The archive is damaged: {name} is not what the manifest says")
