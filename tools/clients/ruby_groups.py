"""What the Ruby client has of groups: their records, and their methods."""

from collections.abc import Sequence

from closum.model import query
from tools.clients.groups import Call, Group, Value, reached, values_of
from tools.clients.methods import QUERY
from tools.clients.ruby_own import ID
from tools.clients.ruby_records import Member, class_of
from tools.clients.ruby_text import WIDTH, block, call, comment, documented, keywords
from tools.clients.ruby_types import taken
from tools.clients.words import plain

KINDS = {
    "integer": ("Integer", "value"),
    "number": ("Numeric", "value"),
    "text": ("String", "value"),
    "time": ("Time", "time"),
    "flag": ("Boolean", "boolean"),
    "object": ("Hash", "value"),
    "texts": ("Array<String>", "value"),
    "values": ("Array", "value"),
}
"""Of each kind of value its type, and the function of Read for it."""

LIMIT = f"how many are asked for at a time: {query.DEFAULT_LIMIT} unless given, at most {query.MAX_LIMIT}"
PARAMETERS = {
    "limit": LIMIT,
    "before": "those before the one with this id; without it the newest is the first",
    "resource": "those of this resource alone, such as `lead`",
    "record_id": "those of the records that had this id alone",
    "by": "what is counted by",
    "from": "the first day, in the time zone of the account",
    "to": "the last day",
    "owner_id": 'those of this user alone; "" for those without an owner',
}
TYPES = {
    name: type_.replace("int", "Integer")
    .replace("str", "String")
    .replace("date", "Date")
    .replace(" | ", ", ")
    for name, type_ in QUERY.items()
}


def records(groups: Sequence[Group]) -> str:
    """The classes of the records."""
    made = []
    for name, schema in reached(groups).items():
        members = [_member(one, value) for one, value in values_of(schema).items()]
        about = f"{plain(str(schema['description']))}."
        made.append(f"{comment(about)}{class_of(name, members)}")
    return block("module Closum", "\n".join(made))


def _member(name: str, value: Value) -> Member:
    given = f'data, "{name}"'
    if value.kind == "user":
        type_, read = "User", f"Read.nested({given}, User)"
    elif value.kind == "key":
        type_, read = "Key", f"Read.optional({given}, Key)"
    elif value.kind == "records":
        type_, read = f"Array<{value.of}>", f"Read.each({given}, {value.of})"
    else:
        type_, function = KINDS[value.kind]
        read = f'data["{name}"]' if value.optional else f"Read.{function}({given})"
    return Member(name, f"{type_}, nil" if value.nullable else type_, read, _ruby(value.about))


def _ruby(text: str) -> str:
    """A description with the names that values have in Ruby."""
    return text.replace("`null`", "nil").replace("`true`", "true")


def module(group: Group) -> str:
    """The class with the methods of one group."""
    made = [_method(group, one) for one in group.calls]
    made += [_wait(group)] if group.is_work else []
    parent = "NamedResource" if group.named else "Resource"
    constant = f'PATH = "/api/{group.name}"\n'
    by_hand = f"include {group.by_hand}\n\n" if group.by_hand else ""
    body = block(f"class {group.class_name} < {parent}", f"{by_hand}{constant}\n" + "\n".join(made))
    about = comment(f"The {group.plural} of your account: `client.{group.plural}`.")
    return block("module Closum", f"{about}{body}")


def _method(group: Group, one: Call) -> str:
    if one.is_list:
        return _list(one)
    return _ask(one) if one.asks else _act(group, one)


def _ask(one: Call) -> str:
    """A question that is not about one thing with an id."""
    texts = PARAMETERS | {"limit": LIMIT.replace("are asked for at a time", "there are")}
    doc = [
        plain(one.about).partition(" It takes the parameter")[0],
        "",
        *(f"@param {name} [{TYPES[name]}] {texts[name]}" for name in one.query),
        f"@return [{one.record}]",
        "@raise [Error]",
    ]
    asked = ", ".join(f"{name}:" for name in one.query)
    read = f" {{ |envelope| {one.record}.read(data(envelope)) }}"
    given = ['"GET"', f'"{one.tail}"', f"params: {{ {asked} }}"]
    head = call(f"def {one.name}", [f"{name}: nil" for name in one.query])
    return documented(doc, head, call("acted", given, WIDTH - 10 - len(read)) + read)


def _list(one: Call) -> str:
    walks = "before" in one.query
    texts = (
        PARAMETERS if walks else PARAMETERS | {"limit": LIMIT.replace("are asked for at a time", "there are")}
    )
    types = TYPES | {"resource": "String", "record_id": "Integer"}
    doc = [
        f"{plain(one.about).partition(' It takes the parameter')[0].rstrip('.')}. Makes no request by itself.",
        "",
        *(f"@param {name} [{types[name]}] {texts[name]}" for name in one.query),
        f"@return [NewestFirst<{one.record}>] the newest first",
        "@raise [ArgumentError] for a limit that is out of range",
    ]
    asked = [f"{name}:" for name in one.query if name != "before"]
    given = [one.record, *(["before:"] if walks else []), *asked]
    called = "newest_first" if walks else "one_part"
    return documented(doc, call("def list", [f"{name}: nil" for name in one.query]), call(called, given))


def _act(group: Group, one: Call) -> str:
    wrong = ["@raise [ArgumentError] for what is no id", "@raise [NotFound]"]
    wrong += (
        ["@raise [Invalid] it cannot be done; `errors` says why"] if one.method in ("POST", "PUT") else []
    )
    gives = ", ".join(name for name in (one.record, one.job) if name) or "nil"
    begun = f" a {one.job} where background work has begun" if one.job else ""
    doc = [
        plain(one.about),
        "",
        _id(group),
        *(f"@param {f.name} [{taken(f)}] {_ruby(plain(f.description))}" for f in one.fields),
        f"@return [{gives}]{begun}",
        *wrong,
        "@raise [Error]",
    ]
    head = call(
        f"def {one.name}", ["id", *(f"{f.name}:" if f.needed else f"{f.name}: ABSENT" for f in one.fields)]
    )
    return documented(doc, head, _called(one))


def _called(one: Call) -> str:
    if one.name == "retrieve":
        return f"one_of({one.record}, id)"
    given = [f'"{one.method}"', f'"{one.tail}"', "id: id"]
    given += [keywords("json", [one.name for one in one.fields])] if one.fields else []
    read = f"{one.record}.read(data(envelope))"
    read = f"done_or_job(data(envelope), {one.record}, {one.job})" if one.job else read
    block_ = f" {{ |envelope| {read} }}" if one.record else ""
    return call("acted", given, WIDTH - 10 - len(block_)) + block_


def _wait(group: Group) -> str:
    (record,) = [one.record for one in group.calls if one.name == "retrieve"]
    doc = [
        "Waits until background work has ended: looks at its state again and again, at first after a quarter of a second, "
        "then less often.",
        "",
        _id(group),
        "@param timeout [Numeric] seconds; without it for as long as it takes",
        f'@return [{record}] with the state "done", or "failed" if it was given up',
        "@raise [ArgumentError] for what is no id",
        "@raise [Timeout::Error] it has not ended by then; it goes on",
        "@raise [NotFound]",
        "@raise [Error]",
    ]
    return documented(doc, "def wait(id, timeout: nil)", "waited(timeout) { retrieve(id) }")


def _id(group: Group) -> str:
    return '@param id [String] such as "undo-1"' if group.named else ID
