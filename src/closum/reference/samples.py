"""Samples of code for each call, in Shell, Ruby and Python, made from the declarations.

Their origin, token, address and password are placeholders, and ids are 1; the tests put real ones in and run each.
The page puts its own origin in place of `ORIGIN`, so that a copied sample sends a password to no other server.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from closum.model.resource import Resource

ORIGIN, TOKEN = "http://127.0.0.1:8000", "your.bearer.token"
EMAIL, PASSWORD = "email@closum.com", "yourpassword"

LANGUAGES = ("Shell", "Ruby", "Python")

Sample = dict[str, str]
"""As `x-codeSamples` has it: `lang`, `label` and `source`."""

Body = Mapping[str, Any]

_WIDTH = 54  # what the column of samples holds in one line


class Call(Protocol):
    """What is called: a verb of a resource, or something else that is public. `name` is method and path."""

    @property
    def name(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def resource(self) -> Resource | None: ...


def samples(calls: Iterable[Call]) -> dict[str, list[Sample]]:
    """Of every call the samples, by its name: `GET /api/lead/{id}`."""
    return {call.name: _in_three(_sources(call, call.resource)) for call in calls}


def _sources(call: Call, resource: Resource | None) -> Iterable[str]:
    if resource is None:
        return _SIGN_IN if call.method == "POST" else _health(call.path)
    return _shell(call, resource), _ruby(resource, call.verb), _python(resource, call.verb)


def _in_three(sources: Iterable[str]) -> list[Sample]:
    return [
        {"lang": language, "label": language, "source": source}
        for language, source in zip(LANGUAGES, sources, strict=True)
    ]


def _body(resource: Resource, verb: str) -> Body | None:
    return {"create": resource.examples.sample, "update": resource.examples.change}.get(verb)


def _arguments(resource: Resource, verb: str) -> Body:
    """The body as arguments of the clients, which have none for what is read-only."""
    names = {*resource.writable_names, *(nested.name for nested in resource.nested)}
    return {name: value for name, value in (_body(resource, verb) or {}).items() if name in names}


def _shell(call: Call, resource: Resource) -> str:
    lines = [
        f"curl -X {call.method}",
        f"{ORIGIN}{call.path.format(id=1)}",
        "-H 'Accept: application/json'",
        f"-H 'Authorization: Bearer {TOKEN}'",
        "-H 'Cache-Control: no-cache'",
        "-H 'Content-Type: application/json'",
    ]
    if body := _body(resource, call.verb):
        text = json.dumps(body, indent=6, ensure_ascii=False)
        lines.append("-d '{}'".format(text.replace("'", "'\\''")))
    return " \\\n".join(lines)


def _ruby(resource: Resource, verb: str) -> str:
    records = f"client.{resource.plural}"
    given = [f"{name}: {_ruby_value(value)}" for name, value in _arguments(resource, verb).items()]
    calls = {
        "list": f"{records}.list.each {{ |{resource.name}| p {resource.name} }}",
        "create": f"{resource.name}_id = {_ruby_call(f'{records}.create', given)}\nputs {resource.name}_id",
        "retrieve": f"p {records}.retrieve(1)",
        "update": _ruby_call(f"{records}.update", ["1", *given]),
    }
    return f"{_RUBY}\n{calls[verb]}"


def _python(resource: Resource, verb: str) -> str:
    records = f"client.{resource.plural}"
    given = [f"{name}={_python_value(value)}" for name, value in _arguments(resource, verb).items()]
    calls = {
        "list": f"for {resource.name} in {records}.list():\n    print({resource.name})",
        "create": f"{resource.name}_id = {_python_call(f'{records}.create', given)}\nprint({resource.name}_id)",
        "retrieve": f"print({records}.retrieve(1))",
        "update": _python_call(f"{records}.update", ["1", *given]),
    }
    return _PYTHON + textwrap.indent(calls[verb], "    ")


def _ruby_call(name: str, arguments: list[str]) -> str:
    """A call in one line, or with a line for each argument."""
    line = f"{name}({', '.join(arguments)})"
    lines = textwrap.indent(",\n".join(arguments), "  ")
    return line if len(line) <= _WIDTH else f"{name}(\n{lines}\n)"


def _python_call(name: str, arguments: list[str]) -> str:
    line = f"{name}({', '.join(arguments)})"
    lines = textwrap.indent(",\n".join(arguments), "    ")
    return line if len(line) <= _WIDTH else f"{name}(\n{lines},\n)"


def _ruby_value(value: Any) -> str:
    if isinstance(value, Mapping):
        members = [f"{name}: {_ruby_value(one)}" for name, one in value.items()]
        return f"{{ {', '.join(members)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_ruby_value, value))}]"
    return "nil" if value is None else json.dumps(value, ensure_ascii=False).replace("#", "\\#")


def _python_value(value: Any) -> str:
    if isinstance(value, Mapping):
        members = [f'"{name}": {_python_value(one)}' for name, one in value.items()]
        return f"{{{', '.join(members)}}}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _ruby_client(**credentials: str) -> str:
    given = [f'"{ORIGIN}"', *(f'{name}: "{value}"' for name, value in credentials.items())]
    return f'require "closum"\n\nclient = {_ruby_call("Closum::Client.new", given)}'


def _python_client(**credentials: str) -> str:
    given = [f'"{ORIGIN}"', *(f'{name}="{value}"' for name, value in credentials.items())]
    return f"from closum_client import Client\n\nwith {_python_call('Client', given)} as client:\n"


_RUBY, _PYTHON = _ruby_client(token=TOKEN), _python_client(token=TOKEN)

PARAMETERS = (
    f"""\
curl -X GET \\
'{ORIGIN}/api/lead?limit=100&page=1&sort=name&direction=desc' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{_RUBY}
leads = client.leads.list(
  limit: 100,
  sort: "name",
  direction: "desc"
)
leads.each {{ |lead| p lead }}""",
    f"""\
{_PYTHON}    leads = client.leads.list(
        limit=100,
        sort="name",
        direction="desc",
    )
    for lead in leads:
        print(lead)""",
)
"""How the parameters of a list are given, in each of the languages."""

_SIGN_IN = (
    f"""\
# With shell, you can just pass the correct header with each request
curl "{ORIGIN}/api/token" \\
-H "Accept: application/json" \\
-H "Content-Type: application/json" \\
-X POST -d '{{"email":"{EMAIL}","password":"{PASSWORD}"}}'""",
    f"{_ruby_client(email=EMAIL, password=PASSWORD)}\nputs client.sign_in.token",
    f"{_python_client(email=EMAIL, password=PASSWORD)}    print(client.sign_in().token)",
)


def _health(path: str) -> Iterator[str]:
    yield f"curl -X GET {ORIGIN}{path}"
    yield f'require "net/http"\n\nputs Net::HTTP.get(URI("{ORIGIN}{path}"))'
    yield f'import httpx2\n\nprint(httpx2.get("{ORIGIN}{path}").json())'
