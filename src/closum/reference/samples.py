"""Samples of code for each call, in Shell, Ruby and Python, made from the declarations.

Their origin, token, address and password are placeholders, and ids are 1; the tests put real ones in and run each.
The page puts its own origin in place of `ORIGIN`, so that a copied sample sends a password to no other server.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from closum.http.called import Called, called
from closum.http.route import NOTHING, REVISIONS, Operation, Route
from closum.model.resource import Resource

ORIGIN, TOKEN = "http://127.0.0.1:8000", "your.bearer.token"
EMAIL, PASSWORD = "email@closum.com", "yourpassword"

LANGUAGES = ("Shell", "Ruby", "Python")

Sample = dict[str, str]
"""As `x-codeSamples` has it: `lang`, `label` and `source`."""

Body = Mapping[str, Any]

_WIDTH = 54  # what the column of samples holds in one line


def samples(routes: Iterable[Route]) -> dict[str, list[Sample]]:
    """Of every documented call the samples, by its name: `GET /api/lead/{id}`."""
    return {route.name: _in_three(_sources(route, route.operation)) for route in routes if route.operation}


def _sources(route: Route, operation: Operation) -> Iterable[str]:
    if operation.name in _OWN:
        return _OWN[operation.name]
    if not route.is_json:
        return _text(route)
    if operation.resource:
        return _shell(route), _ruby(route, operation.resource), _python(route, operation.resource)
    if one := called(route):
        return _shell(route), _ruby_of(route, one), _python_of(route, one)
    return _health(route.path) if route.method == "GET" and route.is_public else _by_path(route)


def _in_three(sources: Iterable[str]) -> list[Sample]:
    return [
        {"lang": language, "label": language, "source": source}
        for language, source in zip(LANGUAGES, sources, strict=True)
    ]


def _path(route: Route) -> str:
    path = route.path.format(id=route.sample.id if route.sample else 1)
    return f"{path}?{urlencode(route.sample.query)}" if route.sample and route.sample.query else path


def _body(route: Route) -> Body:
    return (route.sample.body if route.sample else None) or {}


def _given(route: Route) -> Body:
    """The arguments of a call of no resource."""
    return (dict(route.sample.query) if route.sample else {}) | dict(_body(route))


def _arguments(route: Route, resource: Resource) -> Body:
    """The body as arguments of the clients, which have none for what is read-only."""
    own = [field.name for field in route.operation.fields] if route.operation else []
    names = own or [*resource.body_names]
    body = {name: value for name, value in _body(route).items() if name in names}
    return (dict(route.sample.query) if route.sample else {}) | body


def _shell(route: Route) -> str:
    path = _path(route)
    lines = [
        f"curl -X {route.method}",
        f"'{ORIGIN}{path}'" if "?" in path else f"{ORIGIN}{path}",
        f"-H 'Accept: {route.media_type}'",
        *([] if route.is_public else [f"-H 'Authorization: Bearer {TOKEN}'"]),
        "-H 'Cache-Control: no-cache'",
        "-H 'Content-Type: application/json'",
    ]
    if body := _body(route):
        text = json.dumps(body, indent=6, ensure_ascii=False)
        lines.append("-d '{}'".format(text.replace("'", "'\\''")))
    return " \\\n".join(lines)


def _ruby(route: Route, resource: Resource) -> str:
    given = [f"{name}: {_ruby_value(value)}" for name, value in _arguments(route, resource).items()]
    call = _ruby_call(f"client.{resource.plural}.{route.verb}", [*_ids(route), *given])
    calls = {
        "list": f"client.{resource.plural}.list.each {{ |{resource.name}| p {resource.name} }}",
        "create": f"{resource.name}_id = {call}\nputs {resource.name}_id",
        "update": call,
        "patch": call,
    }
    return f"{RUBY}\n{calls.get(route.verb) or _ruby_shown(route, call)}"


def _ruby_shown(route: Route, call: str) -> str:
    call = call.removesuffix("()")
    if _result(route) == REVISIONS:
        return f"{call}.each {{ |change| p change }}"
    if not _gives(route):
        return call
    return f"p {call}" if len(call) + 2 <= _WIDTH else f"result = {call}\np result"


def _python(route: Route, resource: Resource) -> str:
    given = [f"{name}={_python_value(value)}" for name, value in _arguments(route, resource).items()]
    call = _python_call(f"client.{resource.plural}.{route.verb}", [*_ids(route), *given])
    calls = {
        "list": f"for {resource.name} in client.{resource.plural}.list():\n    print({resource.name})",
        "create": f"{resource.name}_id = {call}\nprint({resource.name}_id)",
        "update": call,
        "patch": call,
    }
    return PYTHON + textwrap.indent(calls.get(route.verb) or _python_shown(route, call), "    ")


def _python_shown(route: Route, call: str) -> str:
    if _result(route) == REVISIONS:
        return f"for change in {call}:\n    print(change)"
    if not _gives(route):
        return call
    return f"print({call})" if "\n" not in call else f"result = {call}\nprint(result)"


def _gives(route: Route) -> bool:
    return _result(route) != NOTHING


def _result(route: Route) -> str:
    return route.operation.result if route.operation else NOTHING


def _ruby_of(route: Route, one: Called) -> str:
    """Of a call of no resource."""
    if one.method == "list":
        return f"{RUBY}\nclient.{one.group}.list.each {{ |one| p one }}"
    given = [f"{name}: {_ruby_value(value)}" for name, value in _given(route).items()]
    call = _ruby_call(f"client.{one.group}.{one.method}", [*_ids(route), *given])
    return f"{RUBY}\n{_ruby_shown(route, call)}"


def _python_of(route: Route, one: Called) -> str:
    if one.method == "list":
        shown = f"for one in client.{one.group}.list():\n    print(one)"
    else:
        given = [f"{name}={_python_value(value)}" for name, value in _given(route).items()]
        call = _python_call(f"client.{one.group}.{one.method}", [*_ids(route), *given])
        shown = _python_shown(route, call)
    return PYTHON + textwrap.indent(shown, "    ")


def _by_path(route: Route) -> Iterator[str]:
    """Of a call that is no method of the clients."""
    named = [f'"{route.method}"', f'"{_path(route)}"']
    body = _body(route)
    in_ruby = [f"json: {_ruby_value(body)}"] if body else []
    in_python = [f"json={_python_value(body)}"] if body else []
    yield _shell(route)
    yield f"{RUBY}\np {_ruby_call('client.request', [*named, *in_ruby])}"
    call = _python_call("client.request", [*named, *in_python])
    yield PYTHON + textwrap.indent(f"print({call})", "    ")


def _text(route: Route) -> Iterator[str]:
    """Of a call that does not answer JSON, which the clients read alone."""
    url = f"{ORIGIN}{_path(route)}"
    yield _shell(route)
    token = "" if route.is_public else f', "Authorization" => "Bearer {TOKEN}"'
    yield f'require "net/http"\n\nuri = URI("{url}")\nputs Net::HTTP.get(uri{token})'
    given = [f'"{url}"', *([] if route.is_public else [f'headers={{"Authorization": "Bearer {TOKEN}"}}'])]
    yield f"import httpx2\n\nanswer = {_python_call('httpx2.get', given)}\nprint(answer.text)"


def _ids(route: Route) -> list[str]:
    id_ = route.sample.id if route.sample else 1
    return [json.dumps(id_)] if "{id}" in route.path else []


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
    if isinstance(value, list):
        return f"[{', '.join(map(_python_value, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _ruby_client(**credentials: str) -> str:
    given = [f'"{ORIGIN}"', *(f'{name}: "{value}"' for name, value in credentials.items())]
    return f'require "closum"\n\nclient = {_ruby_call("Closum::Client.new", given)}'


def _python_client(**credentials: str) -> str:
    given = [f'"{ORIGIN}"', *(f'{name}="{value}"' for name, value in credentials.items())]
    return f"from closum_client import Client\n\nwith {_python_call('Client', given)} as client:\n"


RUBY, PYTHON = _ruby_client(token=TOKEN), _python_client(token=TOKEN)
"""How a sample begins."""

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


_CHANGES = (
    f"""\
curl -X GET \\
'{ORIGIN}/api/change?since=now' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{RUBY}
position = client.changes.now
# later: what changed since
feed = client.changes.since(position)
feed.each {{ |change| p change }}
puts feed.position""",
    f"""\
{PYTHON}    position = client.changes.now()
    # later: what changed since
    feed = client.changes.since(position)
    for change in feed:
        print(change)
    print(feed.position)""",
)
_UPLOAD = (
    f"""\
curl -T leads.csv -X POST \\
{ORIGIN}/api/import \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}' \\
-H 'X-File-Name: leads.csv'""",
    f"""\
{RUBY}
import_id = client.imports.upload("leads.csv")
puts import_id""",
    f"""\
{PYTHON}    import_id = client.imports.upload("leads.csv")
    print(import_id)""",
)
_FAULTS = (
    f"""\
curl -o faults.csv \\
{ORIGIN}/api/import/1/faults \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{RUBY}
p client.imports.faults(1, "faults.csv")""",
    f"""\
{PYTHON}    print(client.imports.faults(1, "faults.csv"))""",
)
_OWN = {"sign_in": _SIGN_IN, "changes": _CHANGES, "send_import": _UPLOAD, "import_faults": _FAULTS}


def _health(path: str) -> Iterator[str]:
    yield f"curl -X GET {ORIGIN}{path}"
    yield f'require "net/http"\n\nputs Net::HTTP.get(URI("{ORIGIN}{path}"))'
    yield f'import httpx2\n\nprint(httpx2.get("{ORIGIN}{path}").json())'
