"""Servers without the optional pieces of `closum.http.quick`, against which `pytest --plain-http` runs the tests.

So a new version of uvicorn that breaks one of them can cost speed, and no answer.
"""

from collections.abc import Sequence

from closum.http.closing import Closing
from closum.http.quick import QUICK

pieces: Sequence[type[Closing]] = QUICK
"""Those of the servers that tests start."""

_WITHOUT = "from closum.app import Config; Config.quick = ()"
_MAIN = "from closum.cli import main; main()"


def command(python: str, *before: str) -> list[str]:
    """What starts the `closum` command; before it Python carries out some statements."""
    steps = [*before, *([] if pieces else [_WITHOUT])]
    return [python, "-c", "; ".join([*steps, _MAIN])] if steps else [python, "-m", "closum"]
