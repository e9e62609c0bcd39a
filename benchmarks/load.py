"""The load, by wrk with a Lua script: one request after the other on each of several connections.

A round with an error, or with an answer that is not 2xx, is void.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from benchmarks.process import LOAD_CORE, pinned

NUMBERS = 50_000
"""More than a round writes."""
_writing = count()


@dataclass(frozen=True, slots=True)
class Call:
    """A request as templates of path and body.

    In them `<account>`, `<owner>` (fifteen digits of it), `<key>` (the id of a lead as the product writes it), `<page>`, `<size>`, `<sort>`,
    `<query>` (one of a load's query strings) and `<number>` (seven digits, of which no round that writes has one that
    another round had).
    """

    path: str
    method: str = "GET"
    body: str = ""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Target:
    """An account as a product knows it."""

    account: int
    leads: int
    authorization: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one round: requests a second, and the median and 99th percentile in milliseconds."""

    requests: int
    rate: float
    p50: float
    p99: float


class Void(Exception):
    """A round with errors."""


SCRIPT = """
local accounts, leads, authorizations = {{{accounts}}}, {{{leads}}}, {{{authorizations}}}
local size, sort, n, headers = {size}, "{sort}", 0, {{}}
local queries = {{{queries}}}
for who, value in ipairs(authorizations) do
  headers[who] = {{["Authorization"] = value, ["Content-Type"] = "{content_type}"{headers}}}
end
math.randomseed(os.time())
request = function()
  n = n + 1
  local who, roll, number = math.random(#accounts), math.random(100), string.format("%07d", n + {before})
  local account, owner = accounts[who], string.format("%015d", accounts[who])
  local key = string.format("{key}", accounts[who], math.random(math.max(1, leads[who])))
  local pages = math.max(1, math.ceil(leads[who] / size))
  local page, query = {page}, queries[math.random(#queries)]
{choices}
end
{delay}
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\\n{{"requests":%d,"seconds":%f,"errors":%d,"p50":%f,"p99":%f}}\\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
CHOICE = '  if roll <= {upto} then return wrk.format("{method}", {path}, headers[who], {body}) end'
DELAY = "delay = function() return math.floor({milliseconds} + math.random()) end"


@dataclass(frozen=True, slots=True)
class Load:
    """What a round asks for: each call for its share of a hundred, given as the sum up to it.

    `key` is a format of account and id; `page` a Lua expression over `pages` (how many there are) and `n`; `pause`
    the milliseconds that a connection waits before its next request; `queries` what `<query>` is, any of them;
    `headers` are sent with each request.
    """

    targets: Sequence[Target]
    calls: Mapping[int, Call]
    key: str
    page: str = "1"
    size: int = 25
    sort: str = ""
    pause: float = 0
    queries: Sequence[str] = ("",)
    headers: Mapping[str, str] = field(default_factory=dict)

    def lua(self) -> str:
        """What wrk runs."""
        before = next(_writing) * NUMBERS if any(call.body for call in self.calls.values()) else 0
        return SCRIPT.format(
            accounts=", ".join(str(target.account) for target in self.targets),
            leads=", ".join(str(target.leads) for target in self.targets),
            authorizations=", ".join(json.dumps(target.authorization) for target in self.targets),
            before=before,
            size=self.size,
            sort=self.sort,
            key=self.key,
            queries=", ".join(json.dumps(query) for query in self.queries),
            headers="".join(
                f", [{json.dumps(name)}] = {json.dumps(value)}" for name, value in self.headers.items()
            ),
            content_type=next(iter(self.calls.values())).content_type,
            page=self.page,
            choices="\n".join(
                CHOICE.format(upto=upto, method=call.method, path=_lua(call.path), body=_lua(call.body))
                for upto, call in self.calls.items()
            ),
            delay=DELAY.format(milliseconds=self.pause) if self.pause else "",
        )


def _lua(template: str) -> str:
    """The template as an expression."""
    return re.sub(r"<(\w+)>", r'" .. \1 .. "', json.dumps(template))


def filled(template: str, values: Mapping[str, object]) -> str:
    """The template with values in place."""
    return re.sub(r"<(\w+)>", lambda found: str(values[found[1]]), template)


def run(address: str, load: Load, connections: int, seconds: float, core: int | None = LOAD_CORE) -> Measured:
    """One round. Raises Void."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(load.lua())
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "60s", "-s", file.name]
        done = subprocess.run(pinned([*command, address], core), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Void(done.stdout + done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    if found["errors"] or not found["requests"]:
        raise Void(f"{found['errors']} errors in {found['requests']} requests")
    return Measured(found["requests"], found["requests"] / found["seconds"], found["p50"], found["p99"])
