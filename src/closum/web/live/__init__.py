"""What pages that are open are told of: how many records are new, and which have changed; no values of them.

app and the layers above may import it. Begin with stream.py.
"""

from dataclasses import replace

from closum.http.route import Route
from closum.web.entry import EVENTS
from closum.web.live import author, stream
from closum.web.live.author import TEXT
from closum.web.live.hub import Hub
from closum.web.table import Table

READS = "lead:read"


def routes(to: Table) -> list[Route]:
    return [
        replace(to.show("/live", stream.shown(Hub()), READS), media_type=EVENTS),
        replace(to.show("/live/{name}/{id}", author.show, READS), media_type=TEXT),
    ]
