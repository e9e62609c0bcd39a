"""The samples of a documented call that does not answer JSON, run as they are shown."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from closum.reference.samples import LANGUAGES, ORIGIN, TOKEN, samples
from tests.conftest import Programs
from tests.support.new_verbs import DOCUMENTED
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment


class Handler(BaseHTTPRequestHandler):
    seen: "list[tuple[str, str | None]]" = []  # noqa: RUF012 - of one server at a time

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Authorization"]))
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"card")

    def log_message(self, format: str, *values: object) -> None:
        """Not to standard error."""


@pytest.fixture
def origin() -> Iterator[str]:
    Handler.seen.clear()
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(PATIENCE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_with_the_token_and_prints_the_text(language: str, origin: str, program: Programs) -> None:
    ((*shown,),) = samples([DOCUMENTED]).values()
    (source,) = [one["source"] for one in shown if one["lang"] == language]
    command = {
        "Shell": ["sh", "-c"],
        "Ruby": [str(program("ruby", package="ruby")), "-w", "-e"],
        "Python": [sys.executable, "-c"],
    }[language]
    done = subprocess.run(
        [*command, source.replace(ORIGIN, origin)],
        env=clean_environment() | {"NO_PROXY": "*", "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "card"), done.stderr
    assert Handler.seen == [(DOCUMENTED.path.format(id=1), f"Bearer {TOKEN}")]
