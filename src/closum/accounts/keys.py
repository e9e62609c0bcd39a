"""The signing key: a setting, or kept with the database: a file beside SQLite's that only its owner can read, a row of PostgreSQL's."""

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from closum.errors import Refusal
from closum.settings import shown_url
from closum.store import identity
from closum.store.files import put_in_place
from closum.store.opening import open_session
from closum.store.place import beside, is_postgres, path_of, real_path
from closum.store.session import SERVER
from closum.store.unit import Unit

MIN_BYTES = 32


def keyed_hash(key: bytes, text: str) -> str:
    """What a text is called where it may not stand itself: nobody can try texts without the signing key."""
    own = hashlib.sha256(b"log:" + key).digest()
    return hmac.new(own, text.encode(), hashlib.sha256).hexdigest()[:16]


def signing_key(setting: str | None, database: str) -> bytes:
    """The key that tokens are signed with, made at first start. Raises Refusal for one that is too weak.

    `database` is the URL of one that is up to date.
    """
    if setting is not None:
        return _checked(setting.encode(), "CLOSUM_SIGNING_KEY")
    return _key_in(database) if is_postgres(database) else _key_beside(path_of(database))


def refuse_weak_key(setting: str | None, database: str) -> None:
    """Refusal for a key that cannot be used, where one is set or is a file already; none is made."""
    if setting is not None:
        _checked(setting.encode(), "CLOSUM_SIGNING_KEY")
    elif not is_postgres(database) and (key := read_key(path := key_file(path_of(database)))) is not None:
        _checked(key, str(path))


def has_sound_key(database: Path) -> bool:
    """Whether a key that can be used is kept beside a SQLite file."""
    path = key_file(database)
    with contextlib.suppress(Refusal):
        return (key := read_key(path)) is not None and bool(_checked(key, str(path)))
    return False


def _key_in(database: str) -> bytes:
    with open_session(database) as session:
        session.by = SERVER
        with session.setup() as unit:
            key = identity.signing_key(unit)
            if key is None:
                key = _made()
                identity.set_signing_key(unit, key)
    return _checked(key.encode(), f"the key in {shown_url(database)}")


def _key_beside(database: Path) -> bytes:
    path = key_file(database)
    if (key := read_key(path)) is None:
        key = _made().encode()
        write_key(path, key + b"\n")
    return _checked(key, str(path))


def kept_key(unit: Unit, database: str) -> bytes | None:
    """The key that is kept with the database at a URL, if there is one. Raises Refusal."""
    if is_postgres(database):
        text = identity.signing_key(unit)
        return None if text is None else text.encode()
    return read_key(key_file(path_of(database)))


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
    if read_key(path, shared=True) not in (None, key):
        raise Refusal(f"{path} is the key of another database: move it away")


def key_file(database: Path) -> Path:
    return beside(database, ".key")


def copy_key(source: Path, target: Path) -> bool:
    """Put a copy of a key file in place; False where there is none."""
    key = read_key(source, shared=True)
    if key is not None:
        write_key(target, key + b"\n")
    return key is not None


def write_key(path: Path, key: bytes) -> None:
    """Put a key file in place whole, readable by its owner alone. Raises Refusal."""
    path = real_path(path)
    partial = beside(path, ".partial")
    try:
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        put_in_place(partial, path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)  # where the disk is full


def _made() -> str:
    return secrets.token_hex(MIN_BYTES)


def _checked(key: bytes, name: str) -> bytes:
    if len(key) < MIN_BYTES or len(set(key)) < 8:
        raise Refusal(
            f"{name} is too weak: it needs at least {MIN_BYTES} bytes of chance, such as 'openssl rand -hex 32' prints"
        )
    return key
