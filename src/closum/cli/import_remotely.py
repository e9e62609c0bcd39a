"""closum import --url: the command of the client does it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from closum.cli import client_command

_HERE = ("account", "database", "files_folder")


def run(file: Path, given: Mapping[str, Any], mapping: Sequence[str], *, dry_run: bool) -> None:
    """Import over HTTP. Raises UsageError for an option of a database."""
    context = click.get_current_context()
    odd = [name for name in _HERE if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if odd:
        raise click.UsageError(f"--url imports over HTTP: leave out --{odd[0].replace('_', '-')}")
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not None]
    options += [*(f"--map={one}" for one in mapping), *(["--dry-run"] if dry_run else [])]
    leads = client_command("lead")
    assert isinstance(leads, click.Group)
    command = leads.commands["import"]
    with command.make_context("import", [*options, "--", str(file)], parent=context) as inner:
        command.invoke(inner)
