"""Which commands there are, with a line of help for each. What they do is imported when they are used."""

import importlib
from typing import TYPE_CHECKING, Any

from closum_client import resources
from closum_client._resource import Action

if TYPE_CHECKING:
    import click

OTHERS = {
    "user": ("users", "Users: list."),
    "bin": ("bin", "Deleted records: list, get, restore, purge."),
    "operation": ("operations", "Operations: list, get, undo."),
    "job": ("jobs", "Background work: list, get."),
    "report": ("reports", "Reports: leads, funnel, first-contact."),
    "changes": ("changes", "What changed, and with --follow what changes."),
    "login": ("access", "Sign in to a server, and keep the token."),
    "logout": ("access", "Forget the token that is kept."),
    "completion": ("completion", "Print the script for a shell's completion."),
}

IMPORTED = {"lead": ("import",)}
"""Of what a file may be imported."""


def summaries() -> dict[str, str]:
    """A line of help for each command, by name."""
    return {resource.slug: summary(resource) for resource in resources.RESOURCES} | {
        name: row[1] for name, row in OTHERS.items()
    }


def summary(resource: resources.Resource) -> str:
    """Leads: list, create, get, update."""
    return f"{resource.plural.capitalize()}: {', '.join(words(resource))}."


def words(resource: resources.Resource) -> list[str]:
    """The commands that a resource has."""
    actions = [word_of(action) for action in resource.actions]
    back = ["restore"] if "delete" in resource.verbs else []
    return [
        *(word(resource, verb) for verb in resource.verbs),
        *back,
        *IMPORTED.get(resource.name, ()),
        *actions,
    ]


def word(resource: resources.Resource, verb: str) -> str:
    """The command for a verb of the API: get and update, of what there is one of show and set."""
    words = {"retrieve": "show", "update": "set"} if resource.singleton else {"retrieve": "get"}
    return words.get(verb, verb)


def word_of(action: Action) -> str:
    """The command for what only one resource has."""
    return action.name.replace("_", "-")


def command(name: str) -> "click.Command":
    """The command, or group of commands, of that name. Raises KeyError."""
    if name in OTHERS:
        found: click.Command = _attribute(OTHERS[name][0], name)
        return found
    resource = {resource.slug: resource for resource in resources.RESOURCES}[name]
    made: click.Command = _attribute("records", "group")(resource)
    return made


def _attribute(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"closum_client.cli.{module}"), name)
