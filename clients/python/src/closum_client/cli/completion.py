"""`closum-client completion`."""

import click
from click.shell_completion import get_completion_class

from closum_client.cli.failure import program

HOW = """\b
Where it goes:
  bash  in ~/.bashrc:  eval "$({name} completion bash)"
  zsh   in ~/.zshrc, after compinit:  eval "$({name} completion zsh)"
"""


class Completion(click.Command):
    """Its help has the name of the program in it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        name = ctx.find_root().info_name or ""
        formatter.write_paragraph()
        for line in HOW.format(name=name).splitlines()[1:]:
            formatter.write(f"{line}\n")


@click.command(cls=Completion)
@click.argument("shell", type=click.Choice(["bash", "zsh"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and their values in a shell."""
    name = program()
    variable = f"_{name.replace('-', '_')}_COMPLETE".upper()
    shell_class = get_completion_class(shell)
    assert shell_class
    click.echo(shell_class(ctx.find_root().command, {}, name, variable).source())
