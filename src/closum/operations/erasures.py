"""Who was erased, as keyed hashes in a file: to erase them again after a restore, which brings them back.

The file names nobody. Its key is a file beside it, and neither is a part of a database: what a restore puts back is
older than both. Numbers are few enough to be guessed by anybody who has the key, so the two are kept apart.
"""

import contextlib
import fcntl
import hashlib
import hmac
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from closum.errors import Refusal
from closum.model.number import is_number
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import Key
from closum.operations.former import Names
from closum.operations.person import Plan
from closum.operations.subjects import Subject, key_of, personal
from closum.resources.phone import PHONE
from closum.store import integrity
from closum.store.keys import key_file, made, read_key, write_key
from closum.store.place import sync
from closum.store.unit import Unit, timestamp

AT_ONCE = 1_000
_HEAD = "# closum: erased persons, with the key "
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) (\d{1,18}) (person|record) ([0-9a-f]{64})")


class Erased(NamedTuple):
    """Digests of an account: of what persons were erased by, and of the records that went with them. Values: when."""

    persons: dict[str, str]
    records: dict[str, str]


class Record:
    """The file and its key. Raises Refusal where they do not belong together, or cannot be used."""

    def __init__(self, path: Path, *, make: bool = False) -> None:
        self._path, self._key_file = path, key_file(path)
        with _alone(path) if make else contextlib.nullcontext():
            self._lines = _lines(path)
            self._key = self._found(make)
        self._id = hmac.digest(self._key, b"key", hashlib.sha256).hex()[:16]
        if self._lines and self._lines[0] != _HEAD + self._id:
            raise Refusal(
                f"{path} was not made with the key in {self._key_file}: restore the one that belongs to the other"
            )

    def _found(self, make: bool) -> bytes:
        key = read_key(self._key_file)
        if (key is None and (self._lines or not make)) or not (self._lines or make):
            missing = self._key_file if self._lines else self._path
            raise Refusal(
                f"{missing} is not there: without the file and its key nobody knows who was erased; restore it"
            )
        return key or self._made()

    def _made(self) -> bytes:
        key = made()
        write_key(self._key_file, key)
        return key

    def add(self, unit: Unit, plan: Plan, subject: Subject) -> None:
        """Note a person who is about to be erased: on the disk when it returns."""
        account, at = plan.account_id, timestamp(unit.now)
        persons = [self._digest(account, subject.resource, key) for key in subject.keys]
        records = [self._digest(account, one, key) for (one, _), key in plan.keys.items()]
        lines = [f"{at} {account} person {one}\n" for one in persons]
        lines += [f"{at} {account} record {one}\n" for one in records if one not in persons]
        _append(self._path, "".join(lines), f"{_HEAD}{self._id}\n")

    def accounts(self) -> dict[int, Erased]:
        """All that the file has, by account: of what was erased more than once the last time counts."""
        found: defaultdict[int, Erased] = defaultdict(lambda: Erased({}, {}))
        for number, line in enumerate(self._lines[1:], 2):
            match = _LINE.fullmatch(line)
            if not match:
                raise Refusal(
                    f"Line {number} of {self._path} was not written by closum: correct or remove it"
                )
            at, account, kind, digest = match.groups()
            kept = found[int(account)]
            (kept.persons if kind == "person" else kept.records)[digest] = at
        return dict(found)

    def find(self, unit: Unit, erased: Erased) -> tuple[list[Key], list[Key]]:
        """Records of an account by which persons were erased, and those that went with them.

        A record that was made after the erasure is not one that came back: the person has come again.
        """
        persons, others = list[Key](), list[Key]()
        for resource in personal():
            for batch in integrity.walk(unit, resource, AT_ONCE):
                for row in batch.rows:
                    keys = {row[resource.key], _other_key(resource, row)} - {None}
                    digests = [self._digest(unit.account_id, resource, key) for key in keys]
                    born = row[resource.timestamps[0]]
                    if any(born <= erased.persons.get(one, "") for one in digests):
                        persons.append((resource, row["id"]))
                    elif any(born <= erased.records.get(one, "") for one in digests):
                        others.append((resource, row["id"]))
        return persons, others

    def names(self, account_id: int, erased: Erased) -> Names:
        """Whether a former state of a record is of a person who was erased after it."""

        def names(resource: Resource, row: Row, at: str) -> bool:
            digest = self._digest(account_id, resource, key_of(resource, row))
            return at <= max(erased.persons.get(digest, ""), erased.records.get(digest, ""))

        return names

    def _digest(self, account_id: int, resource: Resource, key: str | None) -> str:
        text = f"{account_id} {resource.name} {key}"
        return "" if key is None else hmac.digest(self._key, text.encode(), hashlib.sha256).hex()


def _other_key(resource: Resource, row: Row) -> str | None:
    """The key of a number that another record has: see `subjects.find`."""
    key = row[resource.key]
    return key_of(resource, row) if resource is PHONE and not (key and is_number(key)) else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not one that closum wrote"
        raise Refusal(f"{path} cannot be read: {reason}") from None


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[FileIO]:
    """The file to append to, made where it is missing; another command that writes to it waits."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with FileIO(descriptor, "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
    except FileNotFoundError:
        raise Refusal(f"The folder {path.parent} does not exist: make it first; nothing was erased") from None
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}; nothing was erased") from None


def _append(path: Path, text: str, head: str) -> None:
    """The head before the first line."""
    with _alone(path) as file:
        file.write(((head if os.fstat(file.fileno()).st_size == 0 else "") + text).encode())
        sync(path)
        sync(path.parent)
