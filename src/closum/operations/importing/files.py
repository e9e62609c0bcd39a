"""The folder where files that people send wait for their import: private, and not for ever."""

import contextlib
import os
import secrets
import time
from pathlib import Path

from closum.errors import Refusal

OLD = 3_600  # seconds after which a file that no import knows is removed

_SEPARATOR = "-"


class Files:
    """Files by names that say whose they are; only the user of the server can read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, account_id: int) -> Path:
        """The path of a file that is not there yet. Raises Refusal."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refusal(f"{self._folder} cannot be made: {error.strerror}") from None
        return self._folder / f"{account_id}{_SEPARATOR}{secrets.token_hex(16)}"

    def path(self, name: str) -> Path:
        return self._folder / Path(name).name

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if name:
            self.path(name).unlink(missing_ok=True)

    def old(self) -> list[tuple[int, str]]:
        """The files that were not changed for OLD seconds: whose they are, and their names."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                account_id, separator, _ = entry.name.partition(_SEPARATOR)
                if separator and account_id.isdecimal() and entry.stat().st_mtime < time.time() - OLD:
                    found.append((int(account_id), entry.name))
        return found
