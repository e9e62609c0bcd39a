"""The signing key as it is kept with a database: in a file beside SQLite's that only its owner can read, in a row of PostgreSQL's."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from closum.errors import Refusal
from closum.store.place import beside, put_in_place, real_path

MIN_BYTES = 32


def made() -> bytes:
    """A new key, as printable text."""
    return secrets.token_hex(MIN_BYTES).encode()


def checked(key: bytes, name: str) -> bytes:
    """The key. Raises Refusal for one that can be guessed; `name` is what messages call it."""
    if len(key) < MIN_BYTES or len(set(key)) < 8:
        raise Refusal(
            f"{name} is too weak: it needs at least {MIN_BYTES} random bytes, such as 'openssl rand -hex 32' prints"
        )
    return key


def key_file(database: Path) -> Path:
    return beside(database, ".key")


def read_key(path: Path, *, shared: bool = False) -> bytes | None:
    """The key in a file, None where there is no file. Raises Refusal, also where others can read it, unless `shared`."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Refusal(f"{path} is not a regular file, so it is not a key: move it away")
        if mode & 0o077 and not shared:
            raise Refusal(f"{path} can be read by others: 'chmod 600 {path}'")
        return path.read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal(f"{path} cannot be used: {error.strerror}") from None


def key_in(path: Path) -> bytes:
    """The key in a file, made where there is none. Raises Refusal for one that cannot be used."""
    if (key := read_key(path)) is None:
        key = made()
        write_key(path, key)
    return checked(key, str(path))


def has_sound_key(database: Path) -> bool:
    """Whether a key that can be used is kept beside a SQLite file."""
    path = key_file(database)
    with contextlib.suppress(Refusal):
        return (key := read_key(path)) is not None and bool(checked(key, str(path)))
    return False


def refuse_other_key(path: Path, key: bytes | None) -> None:
    """Refusal where a key file has another key than this one."""
    if read_key(path, shared=True) not in (None, key):
        raise Refusal(f"{path} is the key of another database: move it away")


def copy_key(source: Path, target: Path) -> bool:
    """Put a copy of a key file in place; False where there is none."""
    key = read_key(source, shared=True)
    if key is not None:
        write_key(target, key)
    return key is not None


def write_key(path: Path, key: bytes) -> None:
    """Put a file with a secret in place whole, readable by its owner alone. Raises Refusal."""
    path = real_path(path)
    partial = beside(path, ".partial")
    try:
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key + b"\n")
        put_in_place(partial, path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)  # where the disk is full
