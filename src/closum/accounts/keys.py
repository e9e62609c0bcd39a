"""The signing key: a setting, or a file beside the database that only its owner can read."""

import os
import secrets
from pathlib import Path

from closum.errors import Refusal
from closum.store.place import beside

MIN_BYTES = 32


def signing_key(setting: str | None, database: Path) -> bytes:
    """The key that tokens are signed with, made at first start. Raises Refusal for one that is too weak."""
    if setting is not None:
        return _checked(setting.encode(), "CLOSUM_SIGNING_KEY")
    path = key_file(database)
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise Refusal(f"{path} can be read by others: 'chmod 600 {path}'")
        return _checked(path.read_bytes().strip(), str(path))
    except OSError as error:
        raise Refusal(f"{path} cannot be used: {error.strerror}") from None


def key_file(database: Path) -> Path:
    return beside(database, ".key")


def write_key(path: Path, key: bytes) -> None:
    """Put a key file in place whole, readable by its owner alone."""
    partial = beside(path, ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        os.fsync(file.fileno())
    partial.replace(path)


def _make(path: Path) -> None:
    write_key(path, secrets.token_hex(MIN_BYTES).encode() + b"\n")


def _checked(key: bytes, name: str) -> bytes:
    if len(key) < MIN_BYTES or len(set(key)) < 8:
        raise Refusal(
            f"{name} is too weak: it needs at least {MIN_BYTES} bytes of chance, such as 'openssl rand -hex 32' prints"
        )
    return key
