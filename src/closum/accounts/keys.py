"""The signing key: a setting, or kept with the database: a file beside SQLite's that only its owner can read, a row of PostgreSQL's."""

import os
import secrets
from pathlib import Path

from closum.errors import Refusal
from closum.settings import shown_url
from closum.store import identity
from closum.store.opening import open_session
from closum.store.place import beside, is_postgres, path_of
from closum.store.unit import Unit

MIN_BYTES = 32


def signing_key(setting: str | None, database: str) -> bytes:
    """The key that tokens are signed with, made at first start. Raises Refusal for one that is too weak.

    `database` is the URL of one that is up to date.
    """
    if setting is not None:
        return _checked(setting.encode(), "CLOSUM_SIGNING_KEY")
    return _key_in(database) if is_postgres(database) else _key_beside(path_of(database))


def _key_in(database: str) -> bytes:
    with open_session(database) as session, session.setup() as unit:
        key = identity.signing_key(unit)
        if key is None:
            key = _made()
            identity.set_signing_key(unit, key)
    return _checked(key.encode(), f"the key in {shown_url(database)}")


def _key_beside(database: Path) -> bytes:
    path = key_file(database)
    try:
        if not path.exists():
            _make(path)
        return _checked(_read(path), str(path))
    except OSError as error:
        raise Refusal(f"{path} cannot be used: {error.strerror}") from None


def kept_key(unit: Unit, database: str) -> bytes | None:
    """The key that is kept with the database at a URL, if there is one. Raises Refusal."""
    if is_postgres(database):
        text = identity.signing_key(unit)
        return None if text is None else text.encode()
    path = key_file(path_of(database))
    try:
        return _read(path) if path.exists() else None
    except OSError as error:
        raise Refusal(f"{path} cannot be used: {error.strerror}") from None


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise Refusal(f"{path} can be read by others: 'chmod 600 {path}'")
    return path.read_bytes().strip()


def keep_key(unit: Unit, database: str, key: bytes) -> None:
    """Keep a key with the database at a URL."""
    if is_postgres(database):
        identity.set_signing_key(unit, key.decode())
    else:
        write_key(key_file(path_of(database)), key + b"\n")


def refuse_other_key(database: str, key: bytes | None) -> None:
    """Refusal where this key, or none, cannot be kept with the new database at a URL."""
    if is_postgres(database):
        if key is not None and not (key.isascii() and key.decode().isprintable()):
            raise Refusal("The signing key has bytes that are no text: PostgreSQL keeps none of that kind")
        return
    path = key_file(path_of(database))
    if path.exists() and path.read_bytes().strip() != key:
        raise Refusal(f"{path} is the key of another database: move it away")


def key_file(database: Path) -> Path:
    return beside(database, ".key")


def write_key(path: Path, key: bytes) -> None:
    """Put a key file in place whole, readable by its owner alone."""
    partial = beside(path, ".partial")
    partial.unlink(missing_ok=True)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)  # where the disk is full


def _make(path: Path) -> None:
    write_key(path, _made().encode() + b"\n")


def _made() -> str:
    return secrets.token_hex(MIN_BYTES)


def _checked(key: bytes, name: str) -> bytes:
    if len(key) < MIN_BYTES or len(set(key)) < 8:
        raise Refusal(
            f"{name} is too weak: it needs at least {MIN_BYTES} bytes of chance, such as 'openssl rand -hex 32' prints"
        )
    return key
