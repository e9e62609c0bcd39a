"""The page of today, and what its forms do."""

from closum.http.route import Route
from closum.web.table import Table
from closum.web.today import deeds, show
from closum.web.today.asked import PATH


def routes(to: Table) -> list[Route]:
    return [
        to.show(PATH, show.shown, show.READS),
        to.send(f"{PATH}/tasks/{{id}}", deeds.task, "task:write"),
        to.send(f"{PATH}/leads/{{id}}", deeds.take, "lead:write"),
        to.send(f"{PATH}/seen", deeds.seen, show.READS),
    ]
