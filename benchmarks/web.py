"""Pages: what one costs the server's processor, with 1 000 000 leads, and the bytes that a browser gets for its first view."""

import argparse
import gzip
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from benchmarks import data as filling
from benchmarks import live, machine, page, worked
from benchmarks.contestants import closum
from benchmarks.data import PASSWORD, ROOT, Data, email_of, url_of
from benchmarks.goals import Figure, Report, said, verdicts
from benchmarks.process import Process
from benchmarks.scenarios import CLOSUM
from benchmarks.visits import complete

RESULTS = ROOT / "benchmarks" / "results" / "web.json"
WORKED = "benchmarks/worked.py"
LEADS, FEW = 1_000_000, 20_000
ACCOUNT = "main"
VISITORS, PART = 4, 20
"""Connections that stay open, as those of browsers do, and the pages of a part, over which a figure is taken."""
AT_REST = 0.02  # seconds of the processor in a second: no work in the background
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
TYPED = ("a", "an", "ana", "ana s", "jo", "joão c", "silva", "mar", "maria l", "912", "@exa", "ribeiro")
"""What is in the search field while somebody types."""

TABLE, RECORD, SEARCH, FIRST = "table of 25 leads", "page of a lead", "search as you type", "first view"
BOARD, TODAY, DASHBOARD = "board", "today", "dashboard"
REFERENCE = "first view of the reference"
MILLISECONDS = {TABLE: 5.0, RECORD: 3.0, SEARCH: 8.0, BOARD: 10.0, TODAY: 10.0, DASHBOARD: 15.0}
KILOBYTES, COMPLETE = 60.0, 300.0
VISITS = 11
_FILES = re.compile(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"')
_TOKEN = re.compile(r'name="_token" value="(\w+)"')


def _rounds_of(name: str, figure: str, report: Report) -> list[float]:
    return [one[figure] for one in report["rounds"].get(name, {}).get(CLOSUM, [])]


GOALS = [
    *(
        Figure(
            name, "milliseconds of the processor, half of the parts", most, partial(_rounds_of, name, "cpu")
        )
        for name, most in MILLISECONDS.items()
    ),
    *(
        Figure(
            name,
            "kB compressed, with style sheet and scripts",
            KILOBYTES,
            partial(_rounds_of, name, "kilobytes"),
        )
        for name in (FIRST, REFERENCE)
    ),
    Figure(
        REFERENCE,
        "milliseconds until Chromium has it whole",
        COMPLETE,
        partial(_rounds_of, REFERENCE, "complete"),
    ),
    live.GOAL,
]


class Visitor:
    """A browser without a window: it is signed in, and asks as browsers do."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        found = _TOKEN.search(self.text("/sign-in"))
        assert found
        form = {"_token": found[1], "email": email_of(ACCOUNT), "password": PASSWORD, "next": "/leads"}
        self.get("/sign-in", urlencode(form).encode())
        host = urlsplit(process.address).netloc
        self._cookie = "; ".join(f"{one.name}={one.value}" for one in self._cookies)
        self._connections = [HTTPConnection(host, timeout=60) for _ in range(VISITORS)]
        self._threads = ThreadPoolExecutor(VISITORS)

    def get(self, path: str, form: bytes | None = None, /, **headers: str) -> bytes:
        """The body as it comes."""
        asked = ASKED | headers
        request = urllib.request.Request(self.address(path), form, asked)
        with self._opener.open(request) as answer:
            body: bytes = answer.read()
        return body

    def address(self, path: str) -> str:
        return urljoin(self._process.address, path)

    def text(self, path: str) -> str:
        return gzip.decompress(self.get(path)).decode()

    def processor(self, paths: Sequence[str], **headers: str) -> Iterator[float]:
        """The milliseconds that a page takes, of each part."""
        for start in range(0, len(paths), PART):
            part, before = paths[start : start + PART], self._spent()
            work = [
                self._threads.submit(self._get_all, connection, part[place::VISITORS], headers)
                for place, connection in enumerate(self._connections)
            ]
            for one in work:
                one.result()
            yield (self._spent() - before) / 1e6 / len(part)

    def _get_all(self, connection: HTTPConnection, paths: Sequence[str], headers: dict[str, str]) -> None:
        for path in paths:
            connection.request("GET", path, headers={**ASKED, "Cookie": self._cookie, **headers})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")

    def wait_for_rest(self) -> None:
        """Until the server has caught up with what it does in the background after it was filled."""
        while True:
            before = self._spent()
            time.sleep(1)
            if self._spent() - before < AT_REST * 1e9:
                return

    def wait_for_figures(self) -> None:
        """Until reports have counted the leads."""
        while "<figure" not in self.text("/dashboard"):
            time.sleep(1)

    def _spent(self) -> int:
        """Nanoseconds of the server's processor so far."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((one / "schedstat").read_text(encoding="utf-8").split()[0]) for one in tasks)

    def first_view(self, path: str) -> float:
        """Kilobytes of a page with everything that it names."""
        body = self.get(path)
        files = _FILES.findall(gzip.decompress(body).decode())
        return (len(body) + sum(len(self.get(one)) for one in files)) / 1000


def main() -> None:
    options = _options()
    machine.require("taskset")
    begun, leads = machine.now(), FEW if options.short else LEADS
    with ExitStack() as stack:
        folder = _filled(options.large, Data({ACCOUNT: [leads]}), stack, keep=not options.short)
        process = stack.enter_context(closum.serve(folder, url_of(folder / "closum.db")))
        visitor = Visitor(process)
        machine.say("waiting until the server is at rest")
        visitor.wait_for_figures()
        visitor.wait_for_rest()
        _warm(folder / "closum.db")
        found: dict[str, Any] = {
            "short": options.short,
            "begun": begun,
            "machine": machine.alone(),
            "options": {"rounds": options.rounds, "pages": options.pages, "leads": leads},
            "rounds": _rounds(visitor, leads, options.rounds, options.pages),
        }
    found["rounds"][live.LIVE] = {CLOSUM: live.measured(options.rounds)}
    found["goals"] = verdicts(found, GOALS)
    _write(found, options.output)


def _warm(file: Path) -> None:
    """Read it, so that the memory of the machine has it."""
    with file.open("rb", buffering=0) as source:
        while source.read(2**20):
            pass


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{FEW:,} leads, about half a minute")
    parser.add_argument("--rounds", type=int, help="5, or 2 of the short form")
    parser.add_argument("--pages", type=int, default=200, help="of each kind in a round")
    parser.add_argument(
        "--large", type=Path, default=ROOT / ".cache/benchmarks/pages", help="a folder for large data"
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.short else 5)
    options.output = RESULTS.with_name("web_short.json") if options.short else RESULTS
    return options


def _filled(large: Path, data: Data, stack: ExitStack, *, keep: bool) -> Path:
    """A folder with a database; a large one is kept from run to run, since it is only read."""
    folder = large if keep else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
    mark, digest = folder / "filled", filling.digest(data, [WORKED])
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        machine.say(f"filling closum with {data.groups[ACCOUNT][0]:,} leads")
        filling.fill(url_of(folder / "closum.db"), data)
        worked.fill(folder / "closum.db")
        mark.write_text(digest, encoding="utf-8")
    return folder


def _rounds(
    visitor: Visitor, leads: int, rounds: int, pages: int
) -> dict[str, dict[str, list[dict[str, float]]]]:
    chance = random.Random(20_260_101)  # noqa: S311
    kinds: dict[str, tuple[Callable[[int], str], dict[str, str]]] = {
        TABLE: (lambda number: f"/leads?page={1 + number % 20}", {}),
        RECORD: (lambda _: f"/leads/{chance.randint(1, leads)}", {}),
        SEARCH: (
            lambda number: f"/leads?{urlencode({'q': TYPED[number % len(TYPED)]})}",
            {"HX-Request": "true"},
        ),
        BOARD: (lambda _: "/board", {}),
        DASHBOARD: (lambda number: f"/dashboard?by={('day', 'week', 'month')[number % 3]}", {}),
        TODAY: (lambda _: "/today", {}),
    }
    found: dict[str, dict[str, list[dict[str, float]]]] = {name: {CLOSUM: []} for name in (*kinds, FIRST)}
    for number in range(rounds + 1):  # the first one fills caches
        machine.say(f"round {number} of {rounds}")
        for name, (path, headers) in kinds.items():
            spent = list(visitor.processor([path(one) for one in range(pages)], **headers))
            if number:
                figures = {"cpu": statistics.median(spent), "most": max(spent)}
                found[name][CLOSUM].append(figures)
                machine.say(f"  {name}: {figures}")
    found[FIRST][CLOSUM].append({"kilobytes": visitor.first_view("/leads")})
    return found | {REFERENCE: {CLOSUM: reference(visitor)}}


def reference(visitor: Visitor) -> list[dict[str, float]]:
    """The first view of /docs: the second half of the visits, since the first ones start the browser."""
    kilobytes = visitor.first_view("/docs")
    visits = complete(visitor.address("/docs"), 2 * VISITS)[VISITS:]
    return [{"kilobytes": kilobytes, "complete": one} for one in visits]


def _write(found: dict[str, Any], output: Path) -> None:
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if output == RESULTS:
        subprocess.run([sys.executable, "-m", "tools.generate"], cwd=ROOT, check=True)
    for row in found["goals"]:
        machine.say(said(row))


def setup() -> str:
    """For docs/benchmarks.md: machine, versions, and how much was asked for."""
    found = report()
    one, options = found["machine"], found["options"]
    return (
        f"- {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, Linux {one['kernel']}; {found['begun']}."
        f" {options['rounds']} rounds of {options['pages']} pages of each kind, of {options['leads']:,} leads.\n"
        f"- closum {one['closum']['closum']}, on SQLite."
    )


def goals() -> str:
    """Likewise each goal with its figure and verdict."""
    rows = [page.verdict(row, "not looked into") for row in report()["goals"]]
    return page.table(("scenario", "what", "goal", "figure", "rounds, from and to", "verdict"), rows)


"""By scenario: why a goal is not reached, if it is not."""


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
