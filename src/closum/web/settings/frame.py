"""What the pages of the settings have in common: the tabs above them, and how faults are told."""

from typing import Any, NamedTuple

from closum.errors import Faults
from closum.http.answer import Answer, Headers
from closum.resources.account import ACCOUNT
from closum.web.page import Page
from closum.web.records.faults import Teller, flat
from closum.web.views import View

OWN = "account:read"
"""What the pages of one's own need: every role has it."""


_VIEW = View(ACCOUNT)


class Tab(NamedTuple):
    """A page of the settings; `key` is that of its name."""

    key: str
    path: str
    needs: str


YOU = Tab("you", "/settings/look", OWN)
USERS = Tab("users", "/settings/users", "user:read")
API = Tab("api_access", "/settings/api", "key:read")
COMPANY = Tab("account", "/settings/company", "account:read")
STAGES = Tab("contact_lifecycle_stages", "/settings/stages", "contact_lifecycle_stage:read")
TYPES = Tab("contact_types", "/settings/contact-types", "contact_type:read")
RULES = Tab("assignment_rules", "/settings/rules", "assignment_rule:read")
RETENTION = Tab("retention", "/settings/retention", "account:read")
AUDIT = Tab("audit", "/settings/audit", "ledger:read")
TABS = (YOU, USERS, API, COMPANY, STAGES, TYPES, RULES, RETENTION, AUDIT)


def show(
    page: Page,
    template: str,
    tab: Tab,
    status: int = 200,
    headers: Headers | None = None,
    faults: Faults | None = None,
    **context: Any,
) -> Answer:
    """A page below its tab. `faults` are those of a form, by the ids of its inputs."""
    tabs = [one for one in TABS if page.may(one.needs)]
    told = tell(page, faults or {})
    return page.show(
        template, status, headers or [], here="settings", tabs=tabs, tab=tab, faults_of=told, **context
    )


class Told(dict[str, str]):
    """Faults of a form in the reader's language, by the names of its inputs; "" for one that has none."""

    def __missing__(self, name: str) -> str:
        return ""


def tell(page: Page, faults: Faults) -> Told:
    """Those that are text already are as they are."""
    teller = Teller(page.words, page.locale, _VIEW)
    texts = {name: value for name, value in faults.items() if isinstance(value, str)}
    found = flat({name: value for name, value in faults.items() if name not in texts})
    return Told({one.name: teller.text(one) for one in found} | texts)
