"""The command `closum-client`: the resources of the API on the command line, over HTTP. Needs the extra `cli`."""

import importlib
import sys
from importlib.util import find_spec

EXTRA = "The command needs click and rich, which come with closum-client[cli]: pip install click rich"


def main(arguments: list[str] | None = None) -> None:
    """Run the command; errors are lines on standard error and a non-zero exit."""
    try:
        complete = all(map(find_spec, ("click", "rich")))
    except ValueError:  # one is in sys.modules as what cannot be imported
        complete = False
    if not complete:
        sys.stderr.write(f"closum-client: {EXTRA}\n")
        sys.exit(1)
    try:
        importlib.import_module("closum_client.cli.root").run(arguments)
    except KeyboardInterrupt:  # while it was loaded
        sys.exit(130)
