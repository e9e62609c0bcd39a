"""What a server says of a body's properties that it did not take."""

import sys
import warnings
from urllib.parse import unquote

import httpx2

from closum_client._steps import Send

HEADER = "X-Ignored-Properties"


class IgnoredProperties(UserWarning):
    """The server carried a call out without some properties of its body: misspelled, read-only or unknown to it.

    `names` has them, those of nested records as "phone.number"; a last one `…` means that there are more.
    """

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


class Ignored:
    """Warns of ignored properties, once for the same ones."""

    def __init__(self) -> None:
        self._told: set[tuple[str, ...]] = set()

    def warn(self, response: httpx2.Response, send: Send) -> None:
        """Warn of those that an answer names, if it names any that were not named together before."""
        header = response.headers.get(HEADER)
        names = tuple(unquote(name.strip()) for name in header.split(",")) if header else ()
        if names and names not in self._told:
            self._told.add(names)
            message = (
                f"{send.method} {send.shown}: the server ignored {', '.join(names)} (unknown or read-only)"
            )
            warnings.warn(IgnoredProperties(message, names), stacklevel=_level_of_caller())


def _level_of_caller() -> int:
    """The `stacklevel` with which a warning of this module names the line that called the client."""
    frame, level = sys._getframe(1), 1
    while frame.f_back and str(frame.f_globals.get("__name__")).partition(".")[0] == "closum_client":
        frame, level = frame.f_back, level + 1
    return level
