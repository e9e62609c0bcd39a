"""Every route of the settings."""

from closum.http.answer import Answer
from closum.http.route import Route
from closum.web.page import Page
from closum.web.settings import api, audit, choices, company, look, retention, rules, security, users
from closum.web.settings.frame import OWN, YOU
from closum.web.table import Table


def routes(to: Table) -> list[Route]:
    return [
        to.show("/settings", begin, OWN),
        *look.routes(to),
        *security.routes(to),
        *users.routes(to),
        *api.routes(to),
        *company.routes(to),
        *choices.routes(to),
        *rules.routes(to),
        *retention.routes(to),
        *audit.routes(to),
    ]


async def begin(page: Page) -> Answer:
    """To what everybody may set."""
    return page.to(YOU.path)
