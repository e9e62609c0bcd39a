"""Names and descriptions of declarations as the clients have them, and which names they can't have."""

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from closum.cli import CLIENT, COMMANDS
from closum.http.route import Route
from closum.model.fields import Document
from closum.model.resource import Resource
from tools.clients.groups import class_names, groups
from tools.clients.methods import faults as faults_of_methods
from tools.clients.methods import methods, routes_of

CLASSES = frozenset(
    {
        "Any",
        "AsyncDriver",
        "AsyncNewestFirst",
        "AsyncRecords",
        "AsyncResources",
        "AsyncRevisions",
        "Direction",
        "Document",
        "Driver",
        "Exported",
        "NewestFirst",
        "Group",
        "Key",
        "Literal",
        "Record",
        "Records",
        "Resources",
        "Required",
        "Revisions",
        "Self",
        "Target",
        "TypedDict",
        "Unpack",
        "UnsetType",
        "Upserted",
        "User",
        "Verbs",
    }
)
"""What the generated modules of Python have beside the resources' own classes."""

PROPERTIES = frozenset(
    {
        "bool",
        "dataclasses",
        "datetime",
        "etag",
        "from_json",
        "id",
        "if_match",
        "int",
        "match",
        "on_match",
        "returning",
        "self",
        "str",
    }
)
"""Names that methods and records have already, or types that a record's members are of."""

WITH_COMMANDS_OF_BOTH = frozenset({"account", "city", "lead"})
"""Resources that have commands of the client and of the server: in one group of `closum` (`closum.cli.city`), or under one name
of `closum-client` and of `closum` (`closum account`, which opens the database).
"""


def class_name(*names: str) -> str:
    """`lead_note` → LeadNote."""
    return "".join(part.capitalize() for name in names for part in name.split("_"))


def methods_class(resource: Resource) -> str:
    """The class with the methods of a resource: Leads; of a singleton AccountResource."""
    return f"{class_name(resource.name)}Resource" if resource.singleton else class_name(resource.plural)


def words(name: str) -> str:
    """`lead_note` → lead note."""
    return name.replace("_", " ")


def several(resource: Resource) -> str:
    """Several of a resource, as a sentence has them: leads; of a singleton the one: the account."""
    return f"the {words(resource.name)}" if resource.singleton else words(resource.plural)


def article(name: str) -> str:
    """`email` → an email."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {words(name)}"


def plain(markdown: str) -> str:
    """A description on one line, without emphasis; of a link its words."""
    text = re.sub(r"\[(.+?)\]\(.*?\)", r"\1", markdown)
    return " ".join(text.replace("**", "").split())


def parsed(name: str) -> str:
    """What a record calls the value of a JSON document: `custom_data` → custom, `details` → details_value."""
    return name.removesuffix("_data") if name.endswith("_data") else f"{name}_value"


def rows(resources: Sequence[Resource], routes: Sequence[Route] | None) -> Sequence[Route]:
    """The routes, or those of the product.

    Raises ValueError for names that mean something else in Python, in the library or at the command line.
    """
    check(resources)
    found = routes_of(resources) if routes is None else routes
    _refuse([fault for resource in resources for fault in _methods(resource, found)])
    others = class_names(groups(resources, found))
    _refuse(
        [
            f"{one.name}: its class {made} is there"
            for one in resources
            for made in _classes(one)
            if made in others
        ]
    )
    return found


def check(resources: Sequence[Resource]) -> None:
    """Raises ValueError for names of resources and properties that mean something else."""
    faults = [fault for resource in resources for fault in (*_names(resource), *_properties(resource))]
    made = [one for resource in resources for one in _classes(resource)]
    faults += [f"two things are of the class {one}" for one, count in Counter(made).items() if count > 1]
    _refuse(faults)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise ValueError(f"no names for the clients: {'; '.join(faults)}")


def _names(resource: Resource) -> Iterator[str]:
    name = resource.name
    yield from _misnamed(name, name)
    yield from _misnamed(name, resource.plural)
    if name in (CLIENT.keys() | COMMANDS.keys()) - WITH_COMMANDS_OF_BOTH:
        yield f"{name} is a command already"
    for made in _classes(resource):
        if made in CLASSES or hasattr(builtins, made):
            yield f"{name}: its class {made} means something else"


def _properties(resource: Resource) -> Iterator[str]:
    names = [one.name for one in (*resource.fields, *resource.sent)] + [one.name for one in resource.nested]
    names += [parsed(field.name) for field in resource.fields if isinstance(field, Document)]
    for name, count in Counter(names).items():
        yield from _misnamed(resource.name, name)
        if name in PROPERTIES:
            yield f"{resource.name}: its property {name} means something else"
        if count > 1:
            yield f"{resource.name}: {name} is there twice"


def _methods(resource: Resource, routes: Sequence[Route]) -> Iterator[str]:
    yield from faults_of_methods(resource, routes, PROPERTIES)
    for one in methods(resource, routes):
        for name in one.names:
            yield from _misnamed(resource.name, name)


def _misnamed(resource: str, name: str) -> Iterator[str]:
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        yield f"{resource}: {name} is not words in lower case, with an underscore between them"
    if keyword.iskeyword(name):
        yield f"{resource}: {name} is a word of Python's own"


def _classes(resource: Resource) -> list[str]:
    name, plural = class_name(resource.name), methods_class(resource)
    nested = [class_name(resource.name, one.name) for one in resource.nested]
    sort = [] if resource.singleton else [f"{name}Sort"]
    return [name, plural, f"Async{plural}", *sort, *nested, *(f"{one}Input" for one in nested)]
