"""Who runs a command, by the name that the machine knows."""

import os
import pwd
from pathlib import Path

from closum.model.change import COMMAND, By

LOGIN = Path(
    "/proc/self/loginuid"
)  # on Linux: who logged in, whomever `sudo` and `su` have made of them since
UNSET = 2**32 - 1  # nobody logged in: a timer, or a container


def by_operator() -> By:
    """For what a command writes."""
    return COMMAND._replace(operator=operator())


def operator() -> str:
    """The name, or the number where there is none."""
    number = _login()
    if number is None:
        number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
    return os.fsencode(name).decode(errors="replace")


def _login() -> int | None:
    try:
        number = int(LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if number == UNSET else number
