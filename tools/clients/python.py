"""Writes what the Python client has of each resource: its records, and the methods of both clients."""

from collections.abc import Sequence

from closum.http.route import Route
from closum.model.resource import Resource
from closum.resources import DECLARED
from tools.clients import python_groups, tidy
from tools.clients import python_records as records
from tools.clients.groups import groups, modules, reached
from tools.clients.methods import methods, verbs
from tools.clients.python_methods import ASYNC, BLOCKING, Style, index, module
from tools.clients.python_parts import HEADER
from tools.clients.words import rows

ROOT = tidy.ROOT
PACKAGE = "clients/python/src/closum_client"
RECORDS = f"{PACKAGE}/records"
METHODS = {f"{PACKAGE}/_generated/resources": BLOCKING, f"{PACKAGE}/_generated/async_resources": ASYNC}
FOLDERS = (RECORDS, *METHODS)
"""Each has a file for each resource, and one that puts them together."""


def files(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> dict[str, str]:
    """Text of each generated file, by its path from the root of the repository; without `routes` of the product's own.

    Raises ValueError for names that mean something else.
    """
    table = rows(resources, routes)
    made = {f"{PACKAGE}/_generated/__init__.py": HEADER.format(about="The methods of each resource.")}
    found = groups(resources, table)
    made[f"{RECORDS}/__init__.py"] = records.index(
        resources, {name: [*reached(some)] for name, some in modules(found).items()}
    )
    made |= {f"{RECORDS}/{one.name}.py": records.module(one) for one in resources}
    made |= {f"{RECORDS}/{name}.py": python_groups.records(some) for name, some in modules(found).items()}
    for folder, style in METHODS.items():
        made |= _methods(folder, resources, table, style)
        made |= {f"{folder}/{one.module}.py": python_groups.module(one, style) for one in found}
        made[f"{folder}/__init__.py"] = index(resources, found, style)
    return tidy.python(made)


def _methods(
    folder: str, resources: Sequence[Resource], routes: Sequence[Route], style: Style
) -> dict[str, str]:
    return {f"{folder}/{one.name}.py": module(one, style, methods(one, routes)) for one in resources}


def table(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> str:
    """The table of resources and methods in the client's README."""
    known, lines = rows(resources, routes), []
    for resource in resources:
        names = (*verbs(resource), *(one.name for one in methods(resource, known)))
        lines.append(_row(resource.plural, names))
    lines += [_row(one.plural, one.methods) for one in groups(resources, known)]
    return "\n".join(["| records | methods |", "|---|---|", *lines])


def _row(plural: str, names: Sequence[str]) -> str:
    return f"| `client.{plural}` | {' '.join(f'`{name}`' for name in names)} |"
