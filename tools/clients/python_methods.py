"""The methods of each resource, blocking and for asyncio."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from closum.http.route import DATA, FILE, NOTHING, REVISIONS
from closum.model import query
from closum.model.fields import Document, Flag
from closum.model.resource import Resource
from tools.clients import python_lists
from tools.clients.groups import Group
from tools.clients.methods import MATCH, ON_MATCH, QUERY, UPSERT, Method, deletion, properties, verbs
from tools.clients.python_parts import (
    HEADER,
    Argument,
    arguments,
    changes_of,
    described,
    docstring,
    field_argument,
    imported,
    nested_argument,
    new_of,
    quoted,
)
from tools.clients.words import article, class_name, methods_class, plain, several, words


class Style(NamedTuple):
    """What differs between the blocking methods and those of asyncio."""

    about: str
    package: str
    prefix: str
    define: str
    wait: str


NOT_FOUND = "NotFound: there is no record with this id."
CHANGED = "PreconditionFailed: the record has been changed since the state that `if_match` names."
IF_MATCH = (
    "if_match (str): The `etag` that the record was retrieved with: where it has been changed since, nothing is changed. "
    "Without it the last update wins."
)
IF_MATCH_OWN = "if_match (str): The `etag` that the record was retrieved with: where it has been changed since, nothing is done."
RETURNING = "returning (bool): Whether to give the record as it is then."
BLOCKING = Style("blocking", "resources", "", "def", "")
ASYNC = Style("for asyncio", "async_resources", "Async", "async def", "await ")


def index(resources: Sequence[Resource], groups: Sequence[Group], style: Style) -> str:
    """The module with the class that has the methods of all resources, and of groups."""
    package = f"closum_client._generated.{style.package}"
    imports = [f"from closum_client._drivers import {style.prefix}Driver\n"]
    made = [(one.name, one.plural, f"{style.prefix}{methods_class(one)}") for one in resources]
    made += [(one.module, one.plural, f"{style.prefix}{one.class_name}") for one in groups]
    imports += [f"from {package}.{name} import {class_}\n" for name, _, class_ in made]
    header = HEADER.format(about=f"The methods of each resource, {style.about}.")
    lines = "".join(f"        self.{plural} = {class_}(driver)\n" for _, plural, class_ in made)
    return f"{header}{''.join(imports)}\n{_all(lines, style)}"


def module(resource: Resource, style: Style, own: Sequence[Method] = ()) -> str:
    """The module with the class of methods of one resource; `own` are those that no other one has."""
    imports = (
        "from collections.abc import Mapping, Sequence\nfrom datetime import date, datetime\nfrom typing import Any, Literal, Unpack, overload\n\n"
        f"from closum_client._drivers import {style.prefix}Driver\n"
        "from closum_client._export import Exported\n"
        f"from closum_client._feed import {style.prefix}Revisions\n"
        "from closum_client._formats import Target\n"
        "from closum_client._query import Since, Where\n"
        "from closum_client._record import Direction, Document\n"
        "from closum_client._unset import UNSET, UnsetType\n"
        "from closum_client._upserted import Upserted\n"
        "from closum_client._verbs import Action, Verbs, known\n"
        f"from closum_client._walk import {style.prefix}Records\n"
        f"from closum_client.records.{resource.name} import {', '.join(sorted(imported(resource)))}\n\n"
    )
    header = HEADER.format(about=f"The methods of {several(resource)}, {style.about}.")
    return f"{header}{imports}{_class_of(resource, style, own)}"


def _class_of(resource: Resource, style: Style, own: Sequence[Method]) -> str:
    name = f"{style.prefix}{methods_class(resource)}"
    bodies = [_METHODS[verb](resource, style) for verb in verbs(resource)]
    bodies += [_own(one, resource, style) for one in own]
    return (
        f"class {name}:\n"
        f'    """{_whose(resource)}. The methods raise ClosumError."""\n\n'
        f"    def __init__(self, driver: {style.prefix}Driver) -> None:\n"
        f"        self._driver = driver\n"
        f"        self._verbs = Verbs({_verbs(resource)})\n\n"
        f"    def __repr__(self) -> str:\n"
        f'        return f"<{name} at {{self._verbs.url}}>"\n\n'
        f"{''.join(bodies)}\n"
    )


def _whose(resource: Resource) -> str:
    if resource.singleton:
        return f"The {words(resource.name)} of the user who is signed in"
    whose = "The" if resource.shared else "The account's"
    return f"{whose} {words(resource.plural)}"


def _verbs(resource: Resource) -> str:
    nested = [f"{quoted(one.name)}: {quoted(one.key)}" for one in resource.nested]
    fields = [(field.name, field) for field in resource.writable]
    fields += [
        (f"{one.name}.{field.name}", field) for one in resource.nested for field in one.resource.writable
    ]
    flags = [quoted(path) for path, field in fields if isinstance(field, Flag)]
    declared = {"nested": nested, "flags": flags} if {"create", "update"} & set(resource.verbs) else {}
    more = "".join(f", {name}={{{', '.join(one)}}}" for name, one in declared.items() if one)
    return f"driver.core, {quoted(resource.slug)}, {class_name(resource.name)}.from_json{more}"


def _list(resource: Resource, style: Style) -> str:
    return python_lists.list_(resource, style.prefix) + python_lists.select(resource, style.prefix)


def _create(resource: Resource, style: Style) -> str:
    about = f"Create {article(resource.name)}."
    return _writing(resource, style, "create", about, "int", creates=True)


def _upsert(resource: Resource, style: Style) -> str:
    name, taken = words(resource.name), new_of(resource)
    sections = {
        "Args": [
            f"match (str): {MATCH[:1].upper()}{MATCH[1:]}.",
            f"on_match (str): {ON_MATCH[:1].upper()}{ON_MATCH[1:]}.",
            f'id (int | str): The id of the {name}, with `match="id"`.',
            f"values ({taken}): The arguments of `create`.",
        ],
        "Returns": ["Upserted: its `id`, and what became of it as `result`."],
        "Raises": [
            "ValueError: `id` is not an id.",
            NOT_FOUND,
            "Invalid: `errors` has all faults of the values, and the ids of several that `match` finds.",
            "ClosumError",
        ],
    }
    head = "self, *, match: str, on_match: str | None = None, id: int | str | None = None"
    values = f"match, on_match, id, **known(values, {taken}.__annotations__)"
    return (
        f"    {style.define} upsert({head}, **values: Unpack[{taken}]) -> Upserted:\n"
        f"{docstring(f'Create {article(resource.name)} unless it is there, and otherwise change it.', sections, 8)}"
        f"        return {style.wait}self._driver.run(self._verbs.upsert({values}))\n\n"
    )


def _update(resource: Resource, style: Style) -> str:
    clears = resource.nested or not all(field.required for field in resource.taken)
    what = f"the {words(resource.name)}" if resource.singleton else article(resource.name)
    about = f"Change what is given of {what}{'; None clears a value' if clears else ''}."
    return _writing(resource, style, "update", about, "None", creates=False)


def _patch(resource: Resource, style: Style) -> str:
    what = f"the {words(resource.name)}" if resource.singleton else article(resource.name)
    documents = [field.name for field in resource.writable if isinstance(field, Document)]
    about = f"Change parts of {what}"
    if documents:
        about += f": a dict for {' or '.join(documents)} is merged into the present one, in which None removes a key"
    has_id, record, taken = not resource.singleton, class_name(resource.name), changes_of(resource)
    sections = _sections(resource, (), creates=False)
    given = f"changes ({taken}): The arguments of `update`."
    sections["Args"] = [*([_id(resource)] if has_id else []), given, RETURNING]
    head, ids = ("self, id: int | str, *", ["id"]) if has_id else ("self, *", [])
    values = ", ".join([*ids, "returning", f"**known(changes, {taken}.__annotations__)"])
    return (
        f"{_overloads(resource, style, 'patch', 'None', creates=False)}"
        f"    {style.define} patch({head}, returning: bool = False, **changes: Unpack[{taken}]) -> {record} | None:\n"
        f"{docstring(f'{about}.', sections, 8)}"
        f"        return {style.wait}self._driver.run(self._verbs.{_call(resource, 'patch')}({values}))\n\n"
    )


def _writing(resource: Resource, style: Style, verb: str, about: str, result: str, *, creates: bool) -> str:
    taken = arguments(resource)
    signature = "".join(f"        {one.name}: {one.annotation(creates)},\n" for one in taken)
    passed = "".join(f"                {one.name}={one.name},\n" for one in taken)
    has_id = not creates and not resource.singleton
    head, first = ("        id: int | str,\n", "                id,\n") if has_id else ("", "")
    first += "" if creates else "                if_match,\n"
    first += "                returning,\n"
    signature += "" if creates else "        if_match: str | UnsetType | None = UNSET,\n"
    signature += "        returning: bool = False,\n"
    sections = _sections(resource, taken, creates=creates)
    record = class_name(resource.name)
    return (
        f"{_overloads(resource, style, verb, result, creates=creates)}"
        f"    {style.define} {verb}(\n        self,\n{head}        *,\n{signature}    ) -> {record} | {result}:\n"
        f"{docstring(about, sections, 8)}"
        f"        return {style.wait}self._driver.run(\n"
        f"            self._verbs.{_call(resource, verb)}(\n{first}{passed}            )\n        )\n\n"
    )


def _overloads(resource: Resource, style: Style, verb: str, result: str, *, creates: bool) -> str:
    """What type checkers are told: with `returning` the method gives the record."""
    head = "self, *" if creates or resource.singleton else "self, id: int | str, *"
    values = f"**changes: Unpack[{changes_of(resource)}]"
    if creates:
        values = f"**values: Unpack[{new_of(resource)}]"
    asks = {class_name(resource.name): "Literal[True]", result: "Literal[False] = False"}
    return "".join(
        f"    @overload\n    {style.define} {verb}({head}, returning: {kind}, {values}) -> {given}: ...\n"
        for given, kind in asks.items()
    )


def _sections(resource: Resource, arguments: Sequence[Argument], *, creates: bool) -> dict[str, list[str]]:
    name = words(resource.name)
    entries = [
        described(one.name, one.shown if one.required else f"{one.shown} | None", one.about)
        for one in arguments
    ]
    invalid = "Invalid: `errors` has all faults of the values."
    record = class_name(resource.name)
    gives = [f"{record}: where it is `returning`, with its `etag`."]
    if resource.singleton:
        wrong = "ValueError: `if_match` is not an etag."
        return {
            "Args": [*entries, IF_MATCH, RETURNING],
            "Returns": gives,
            "Raises": [wrong, CHANGED, invalid, "ClosumError"],
        }
    if not creates:
        entries = [_id(resource), *entries, IF_MATCH, RETURNING]
        wrong = "ValueError: `id` is not an id, or `if_match` not an etag."
        return {
            "Args": entries,
            "Returns": gives,
            "Raises": [wrong, NOT_FOUND, CHANGED, invalid, "ClosumError"],
        }
    unknown = "ClosumError: its `outcome_unknown` tells whether the record may have been made all the same."
    return {
        "Args": [*entries, RETURNING],
        "Returns": [f"int: the id of the new {name}.", *gives],
        "Raises": [invalid, unknown],
    }


def _id(resource: Resource) -> str:
    return f"id (int | str): The id of the {words(resource.name)}, an int or its digits."


def _call(resource: Resource, verb: str) -> str:
    """The method of Verbs."""
    return f"{verb}_singleton" if resource.singleton else verb


def _retrieve(resource: Resource, style: Style) -> str:
    if resource.singleton:
        return _retrieve_singleton(resource, style)
    about = f"The {words(resource.name)} with this id, or some of its properties."
    record, chosen = class_name(resource.name), "dict[str, Any]"
    sections = {
        "Args": [_id(resource), python_lists.fields(resource, "retrieve")],
        "Returns": [f"{record}: with `fields` a dict, as it is in the answer's JSON."],
        "Raises": [
            "ValueError: `id` is not an id, or `fields` is empty.",
            NOT_FOUND,
            "BadRequest: the server does not know a property in `fields`.",
            "ClosumError",
        ],
    }
    head = f"{style.define} retrieve(self, id: int | str, *, fields: "
    names = "str | Sequence[str]"
    return (
        f"    @overload\n    {head}None = None) -> {record}: ...\n"
        f"    @overload\n    {head}{names}) -> {chosen}: ...\n"
        f"    {head}{names} | None = None) -> {record} | {chosen}:\n"
        f"{docstring(about, sections, 8)}"
        f"        if fields is not None:\n"
        f"            return {style.wait}self._driver.run(self._verbs.chosen(id, fields))\n"
        f"        return {style.wait}self._driver.run(self._verbs.retrieve(id))\n\n"
    )


def _retrieve_singleton(resource: Resource, style: Style) -> str:
    sections = {"Returns": [class_name(resource.name)], "Raises": ["ClosumError"]}
    return (
        f"    {style.define} retrieve(self) -> {class_name(resource.name)}:\n"
        f"{docstring(f'{_whose(resource)}.', sections, 8)}"
        f"        return {style.wait}self._driver.run(self._verbs.{_call(resource, 'retrieve')}())\n\n"
    )


def _own(method: Method, resource: Resource, style: Style) -> str:
    """A method that not every resource has."""
    if method.result == REVISIONS:
        return _revisions(method, resource, style)
    if method.result == FILE:
        return python_lists.export(resource, method, style.define, style.wait)
    result = {NOTHING: "None", DATA: "Any"}.get(method.result, class_name(resource.name))
    given = [f"{one.name}: {one.annotation(True)}" for one in _own_arguments(method, resource)]
    given += [f"{name}: {QUERY[name]} | None = None" for name in method.query]
    given += ["if_match: str | UnsetType | None = UNSET"] if method.conditional else []
    arguments = ["self", *(["id: int | str"] if method.has_id else []), *(["*", *given] if given else [])]
    give = "" if method.result == NOTHING else "return "
    return (
        f"    {style.define} {method.name}({', '.join(arguments)}) -> {result}:\n"
        f"{docstring(plain(method.about), _own_sections(method, resource, result), 8)}"
        f"        {give}{style.wait}self._driver.run({_own_call(method, resource)})\n\n"
    )


def _delete(resource: Resource, style: Style) -> str:
    return _own(deletion(words(resource.name)), resource, style)


def _revisions(method: Method, resource: Resource, style: Style) -> str:
    """A method that gives the history of a record, to walk over."""
    name = f"{style.prefix}Revisions"
    sections = {
        "Args": [
            _id(resource),
            "before (int): The operation that they come before; without one it begins with the newest change.",
            f"limit (int): How many are asked for at a time, {query.MAX_LIMIT} at most; {query.DEFAULT_LIMIT} by default.",
        ],
        "Returns": [f"{name}: to walk over; each is a Revision."],
        "Raises": [
            "ValueError: `id` is not an id, or limit is out of range.",
            NOT_FOUND.replace(".", ", or all of it is erased: raised while it is walked."),
            "ClosumError: while it is walked.",
        ],
    }
    return (
        f"    def {method.name}(\n        self, id: int | str, *, before: int | None = None, limit: int | None = None\n"
        f"    ) -> {name}:\n"
        f"{docstring(plain(method.about), sections, 8)}"
        f"        stretch = self._verbs.revisions({quoted(method.tail)}, id, limit)\n"
        f"        return {name}(self._driver, stretch, before)\n\n"
    )


def _own_arguments(method: Method, resource: Resource) -> list[Argument]:
    known = properties(method, resource)
    nested = {one.name: nested_argument(resource, one) for one in resource.nested if one.name in known}
    return [nested.get(field.name) or field_argument(field) for field in method.fields]


def _own_call(method: Method, resource: Resource) -> str:
    values = [f"{field.name}={field.name}" for field in method.fields]
    params = ", ".join(f"{quoted(name)}: {name}" for name in method.query)
    known = properties(method, resource)
    named = {"flags": [one for one in method.flags if one.split(".")[0] not in known], "properties": known}
    more = "".join(f", {name}=({', '.join([*map(quoted, one), ''])})" for name, one in named.items() if one)
    called = [
        f"Action({quoted(method.method)}, {quoted(method.tail)}{more})",
        f"self._verbs.{method.result}",
    ]
    called += ["id" if method.has_id else "None", f"{{{params}}}"]
    called += ["if_match" if method.conditional else "UNSET"]
    return f"self._verbs.act({', '.join([*called, *values])})"


def _own_sections(method: Method, resource: Resource, result: str) -> dict[str, list[str]]:
    arguments = [
        described(one.name, one.shown if one.required else f"{one.shown} | None", one.about)
        for one in _own_arguments(method, resource)
    ]
    arguments += [f"{name} ({QUERY[name]}): As in a list." for name in method.query]
    arguments += [IF_MATCH_OWN] if method.conditional else []
    wrong = [CHANGED] if method.conditional else []
    wrong += ["Invalid: `errors` has all faults of the values."] if method.fields else []
    values = ["`id` is not an id"] * method.has_id + ["`if_match` is not an etag"] * method.conditional
    if method.has_id:
        arguments, wrong = [_id(resource), *arguments], [NOT_FOUND, *wrong]
    wrong = [f"ValueError: {', or '.join(values)}.", *wrong] if values else wrong
    sections = {"Args": arguments, "Returns": [result]}
    return {name: entries for name, entries in sections.items() if entries} | {
        "Raises": [*wrong, "ClosumError"]
    }


_METHODS: dict[str, Callable[[Resource, Style], str]] = {
    "list": _list,
    "create": _create,
    UPSERT: _upsert,
    "retrieve": _retrieve,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
}


def _all(lines: str, style: Style) -> str:
    return (
        f"class {style.prefix}Resources:\n"
        '    """Every resource, by its plural."""\n\n'
        f"    def __init__(self, driver: {style.prefix}Driver) -> None:\n{lines}"
    )
