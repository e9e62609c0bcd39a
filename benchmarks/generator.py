"""The load, by wrk: a round with an answer that is not 2xx, or with an error, is void."""

import re
import subprocess
import tempfile
import uuid

from benchmarks.server import Account

_RETRIEVE = """
request = function() return wrk.format("GET", "/api/lead/" .. math.random(1, {count})) end
"""

_CREATE = """
local n = 0
request = function()
  n = n + 1
  local body = string.format('{{"name":"lead %d","email":{{"email":"a%d-{run}@example.com"}},"phone":{{"extension":"351","number":"9%08d{run}"}}}}', n, n, n)
  return wrk.format("POST", "/api/lead", nil, body)
end
"""


def retrieve(address: str, account: Account, connections: int, seconds: float) -> float:
    """Leads by id a second."""
    return _run(address, account, _RETRIEVE.format(count=account.leads), connections, seconds)


def page(address: str, account: Account, connections: int, seconds: float) -> float:
    """First pages of 25 a second."""
    return _run(f"{address}/api/lead", account, "", connections, seconds)


def create(address: str, account: Account, connections: int, seconds: float) -> float:
    """Leads with an address and a number of their own a second."""
    run = str(uuid.uuid4().int)[:12]
    return _run(address, account, _CREATE.format(run=run), connections, seconds)


def _run(url: str, account: Account, script: str, connections: int, seconds: float) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        arguments = ["-s", file.name] if script else []
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", *arguments, "-H", f"Authorization: Bearer {account.token}", url],
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"a round with errors is void: {done.stdout}")
    found = re.search(r"Requests/sec: +([0-9.]+)", done.stdout)
    assert found
    return float(found[1])
