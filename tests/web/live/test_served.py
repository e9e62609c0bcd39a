"""Pages that are open, with a server that is told to stop."""

from pathlib import Path

from tests.support.server import Server
from tests.support.visiting import Visitor

EVENTS = {"Accept": "text/event-stream"}


def test_a_stream_ends_at_once_with_its_server(tmp_path: Path) -> None:
    """As whole answers do, so that the browser connects again; and none keeps the server."""
    with Server(tmp_path) as server:
        assert server.password
        with (
            Visitor(server, "admin@example.com") as visitor,
            visitor.stream("GET", "/live", headers=EVENTS) as first,
            visitor.stream("GET", "/live", headers=EVENTS) as second,
        ):
            streams = [one.iter_lines() for one in (first, second)]
            assert all(next(one).startswith("retry: ") for one in streams)
            assert server.stop() == 0
            assert all(not line.startswith("retry: ") for one in streams for line in one)
        assert "fault" not in server.log.read_text(encoding="utf-8")
