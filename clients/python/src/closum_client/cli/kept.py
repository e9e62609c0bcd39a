"""The sign-in that `login` keeps: a file in the user's configuration folder that only its owner can read."""

import contextlib
import json
import os
import stat
from pathlib import Path
from typing import NamedTuple

import click

from closum_client.cli.failure import ERROR, Failure, program


class Kept(NamedTuple):
    """A token and the server that it is for, and which alone it is ever sent to."""

    url: str
    token: str
    email: str
    expiration_date: str


def file() -> Path | None:
    """Where it is kept; None for a user without a home folder."""
    path = Path(click.get_app_dir("closum")) / "login.json"
    return path.resolve() if path.is_absolute() else None


def read() -> Kept | None:
    """What is kept; None when nothing is. Raises Failure."""
    path = file()
    try:
        return _parsed(path, _content(path)) if path else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _content(path: Path) -> bytes:
    with path.open("rb") as opened:
        mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
        if os.name == "posix" and mode & 0o077:
            how = f"chmod 600 it, or run: {program()} login"
            raise Failure(ERROR, f"{path} has a token, and others can read it (mode {mode:04o}): {how}")
        return opened.read()


def _parsed(path: Path, content: bytes) -> Kept:
    from closum_client._address import is_token, normal_url

    try:
        given = dict(json.loads(content))
        kept = Kept(**{name: given[name] for name in Kept._fields})  # a newer one may have more
        sound = all(isinstance(value, str) for value in kept) and is_token(kept.token)
        sound = sound and normal_url(kept.url) == kept.url
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    if not sound:
        raise Failure(ERROR, f"{path} is broken; this replaces it: {program()} login")
    return kept


def write(kept: Kept) -> None:
    """Keep it, in place of what was kept before. Raises Failure, OSError."""
    import tempfile

    path = file()
    if path is None:
        raise Failure(
            ERROR, "There is no home folder to keep a token in: set XDG_CONFIG_HOME or CLOSUM_TOKEN"
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(click.get_app_dir("closum")).chmod(0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".login-")  # of mode 0600
    try:
        with open(handle, "w", encoding="utf-8") as opened:
            json.dump(kept._asdict(), opened)
            opened.flush()
            os.fsync(handle)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def remove() -> bool:
    """Forget it, whatever it is; whether there was one."""
    path = file()
    try:
        if path:
            path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return path is not None
