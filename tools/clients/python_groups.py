"""What the Python client has of groups: their records, and their methods, blocking and for asyncio."""

from collections.abc import Mapping, Sequence
from keyword import iskeyword

from closum.model import query
from closum.model.fields import Schema
from tools.clients.groups import Call, Group, Value, reached, values_of
from tools.clients.methods import QUERY
from tools.clients.python_methods import Style
from tools.clients.python_parts import HEADER_OF_ROUTES, described, docstring, field_argument, quoted
from tools.clients.python_records import Member, dataclass_of
from tools.clients.words import plain

KINDS: Mapping[str, tuple[str, str]] = {
    "integer": ("int", "reading.integer"),
    "number": ("float", "reading.number"),
    "text": ("str", "reading.text"),
    "time": ("datetime", "reading.timestamp"),
    "flag": ("bool", "reading.flag"),
    "object": ("dict[str, Any]", "reading.plain"),
    "user": ("User", "User.from_json"),
    "key": ("Key", "Key.from_json"),
    "texts": ("tuple[str, ...]", "reading.each(reading.text)"),
    "values": ("tuple[Any, ...]", "reading.values"),
}
"""Of each kind of value its type, and what reads it."""

NOT_FOUND = "NotFound: there is nothing with this id."
LIMIT = f"limit (int): How many are asked for at a time, {query.MAX_LIMIT} at most; {query.DEFAULT_LIMIT} by default."
PARAMETERS = {
    "limit": LIMIT,
    "before": "before (int): Those before the one with this id; without it the newest is the first.",
    "resource": "resource (str): Those of this resource alone, such as `lead`.",
    "record_id": "record_id (int): Those of the records that had this id alone.",
    "by": "by (str): What is counted by.",
    "from": "from_ (str | date): The first day, in the time zone of the account.",
    "to": "to (str | date): The last day.",
    "owner_id": 'owner_id (int | str): Those of this user alone; "" for those without an owner.',
}
"""The entries of the parameters of a list, or of a question, in its docstring."""

ONE_PART = LIMIT.replace("are asked for at a time", "there are")
TYPES = QUERY | {"resource": "str", "record_id": "int"}
WAIT = (
    "Wait until background work has ended: look at its state again and again, at first after a quarter of a second, then "
    "less often."
)


def records(groups: Sequence[Group]) -> str:
    """The module of the records."""
    imports = (
        "import dataclasses\nfrom datetime import datetime\nfrom typing import Any, Self\n\n"
        "from closum_client import _reading as reading\nfrom closum_client._feed import Key, User\n"
        "from closum_client._record import Record\n\n"
    )
    header = HEADER_OF_ROUTES.format(about="What the API answers beside the records of resources.")
    made = "".join(_record(name, schema) for name, schema in reached(groups).items())
    return f"{header}{imports}{made}"


def _record(name: str, schema: Schema) -> str:
    members = [_member(one, value) for one, value in values_of(schema).items()]
    return dataclass_of(name, f"{schema['description']}.", members)


def _member(name: str, value: Value) -> Member:
    of_records = (f"tuple[{value.of}, ...]", f"reading.each({value.of}.from_json)")
    kind, read = KINDS.get(value.kind, of_records)
    how = "optional" if value.optional else "nullable" if value.nullable else "required"
    return Member(name, kind, read, how, _python(value.about))


def _python(text: str) -> str:
    """A description with the names that values have in Python."""
    return text.replace("`null`", "None").replace("`true`", "True")


def module(group: Group, style: Style) -> str:
    """The module with the methods of one group."""
    parent = f"from closum_client._import import {style.prefix}{group.by_hand}\n" if group.by_hand else ""
    imports = (
        "from collections.abc import Mapping, Sequence\nfrom datetime import date\n"
        "from typing import Any, Literal, overload\n\n"
        f"{parent}"
        f"from closum_client._drivers import {style.prefix}Driver\n"
        f"from closum_client._newest import {style.prefix}NewestFirst\n"
        "from closum_client._group import Group, data, data_or_job, nothing\n"
        "from closum_client._unset import UNSET, UnsetType\n"
        f"from closum_client.records.{group.records_module} import {', '.join(group.records)}\n\n"
    )
    header = HEADER_OF_ROUTES.format(about=f"The methods of the API's {group.plural}, {style.about}.")
    return f"{header}{imports}{_class_of(group, style)}"


def _class_of(group: Group, style: Style) -> str:
    name = f"{style.prefix}{group.class_name}"
    bodies = [_method(group, one, style) for one in group.calls]
    bodies += [_wait(group, style)] if group.is_work else []
    named = ", named=True" if group.named else ""
    return (
        f"class {name}{f'({style.prefix}{group.by_hand})' if group.by_hand else ''}:\n"
        f'    """The account\'s {group.plural}. The methods raise ClosumError."""\n\n'
        f"    def __init__(self, driver: {style.prefix}Driver) -> None:\n"
        f"        self._driver = driver\n"
        f"        self._group = Group(driver.core, {quoted(group.name)}{named})\n\n"
        f"    def __repr__(self) -> str:\n"
        f'        return f"<{name} at {{self._group.url}}>"\n\n'
        f"{''.join(bodies)}\n"
    )


def _method(group: Group, call: Call, style: Style) -> str:
    if call.is_list:
        return _list(call, style)
    return _ask(call, style) if call.asks else _act(group, call, style)


def _ask(call: Call, style: Style) -> str:
    """A question that is not about one thing with an id."""
    names = [(f"{name}_" if iskeyword(name) else name, name) for name in call.query]
    signature = ", ".join(f"{argument}: {TYPES[name]} | None = None" for argument, name in names)
    entries = [ONE_PART if name == "limit" else PARAMETERS[name] for name in call.query]
    asked = ", ".join(f"{quoted(name)}: {argument}" for argument, name in names)
    sections = {"Args": entries, "Returns": [call.record], "Raises": ["ClosumError"]}
    given = f"{quoted(call.tail)}, data({call.record}.from_json), {{{asked}}}"
    return (
        f"    {style.define} {call.name}(self, *, {signature}) -> {call.record}:\n"
        f"{docstring(_first(call), sections, 8)}"
        f"        return {style.wait}self._driver.run(self._group.ask({given}))\n\n"
    )


def _list(call: Call, style: Style) -> str:
    walks = "before" in call.query
    entries = [PARAMETERS[name] if walks or name != "limit" else ONE_PART for name in call.query]
    type_ = f"{style.prefix}NewestFirst[{call.record}]"
    sections = {
        "Args": entries,
        "Returns": [f"{type_}: to walk over, the newest first."],
        "Raises": ["ValueError: limit is out of range.", "ClosumError: while it is walked."],
    }
    asked = [f"{quoted(name)}: {name}" for name in call.query if name not in ("before", "limit")]
    signature = ", ".join(f"{name}: {TYPES[name]} | None = None" for name in call.query)
    given = f"{call.record}.from_json, limit, {{{', '.join(asked)}}}, walks={walks}"
    return (
        f"    def list(self, *, {signature}) -> {type_}:\n"
        f"{docstring(_first(call), sections, 8)}"
        f"        stretch = self._group.stretch({given})\n"
        f"        return {style.prefix}NewestFirst(self._driver, stretch{', before' if walks else ''})\n\n"
    )


def _first(call: Call) -> str:
    """What a list does, without what is said of its parameters."""
    return plain(call.about).partition(" It takes the parameter")[0]


def _act(group: Group, call: Call, style: Style) -> str:
    taken = [field_argument(field) for field in call.fields]
    gives = " | ".join(name for name in (call.record, call.job) if name) or "None"
    wrong = ["ValueError: `id` is not an id.", NOT_FOUND]
    wrong += ["Invalid: it cannot be done; `errors` says why."] if call.method in ("POST", "PUT") else []
    entries = [_id(group), *(described(one.name, one.shown, _python(one.about)) for one in taken)]
    returned = [f"{gives}: {call.job} where background work has begun."] if call.job else [gives]
    sections = {"Args": entries, "Returns": returned, "Raises": [*wrong, "ClosumError"]}
    signature = [_typed_id(group), *(["*"] if taken else [])]
    signature += [f"{one.name}: {one.annotation(True)}" for one in taken]
    return (
        f"{_overloads(call, style, _typed_id(group))}"
        f"    {style.define} {call.name}(self, {', '.join(signature)}) -> {gives}:\n"
        f"{docstring(plain(call.about), sections, 8)}"
        f"        {'return ' if call.record else ''}{style.wait}self._driver.run(self._group.{_called(call)})\n\n"
    )


def _overloads(call: Call, style: Style, id: str) -> str:
    """What type checkers are told: a dry run begins no background work."""
    if not call.job or [one.name for one in call.fields] != ["dry_run"]:
        return ""
    head = f"    @overload\n    {style.define} {call.name}(self, {id}, *, dry_run: "
    return (
        f"{head}Literal[True]) -> {call.record}: ...\n"
        f"{head}bool | UnsetType | None = UNSET) -> {call.record} | {call.job}: ...\n"
    )


def _called(call: Call) -> str:
    if call.name == "retrieve":
        return f"retrieve(id, {call.record}.from_json)"
    read = f"data({call.record}.from_json)" if call.record else "nothing"
    read = f"data_or_job({call.record}.from_json, {call.job}.from_json)" if call.job else read
    values = [f"{field.name}={field.name}" for field in call.fields]
    return f"act({', '.join([quoted(call.method), quoted(call.tail), 'id', read, *values])})"


def _wait(group: Group, style: Style) -> str:
    (record,) = [one.record for one in group.calls if one.name == "retrieve"]
    sections = {
        "Args": [
            _id(group),
            "timeout (float): Seconds; without it for as long as it takes.",
        ],
        "Returns": [f"{record}: with the state `done`, or `failed` if it was given up."],
        "Raises": [
            "ValueError: `id` is not an id.",
            "TimeoutError: it has not ended by then; it goes on.",
            NOT_FOUND,
            "ClosumError",
        ],
    }
    noqa = "  # noqa: ASYNC109 -- as where it blocks" if style.wait else ""
    called = f"self._group.wait(id, {record}.from_json, timeout)"
    return (
        f"    {style.define} wait(self, {_typed_id(group)}, *, timeout: float | None = None) -> {record}:{noqa}\n"
        f"{docstring(WAIT, sections, 8)}"
        f"        return {style.wait}self._driver.run({called})\n\n"
    )


def _id(group: Group) -> str:
    return "id (str): Such as `undo-1`." if group.named else "id (int | str): An int or its digits."


def _typed_id(group: Group) -> str:
    return f"id: {'str' if group.named else 'int | str'}"
