"""An account with a little of everything, for pages to be looked at: its users, and the ids of what it has."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from closum.accounts import api_keys, invitations, newcomers, roles, sessions, users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.model.address import lookup_key
from closum.model.change import COMMAND
from tests.support import import_calls
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server

CONSENT = {"channel": "email", "state": "given", "environment": {"REMOTE_ADDR": "192.0.2.7"}}
NAMES = (
    "Ana Lopes",
    "Rui Costa",
    "Zoë Müller",
    "Inês Gonçalves",
    "João Baptista Carvalho e Silva de Albuquerque",
    "Li Wei",
    "Siobhán O’Neill",
    "Tiago Nunes",
    "Marta Reis",
    "Nuno Sá",
)
FULL = {
    "name": "Sylvia Hook",
    "city_id": 213,
    "email": {"email": "sylvia.hook@example.com"},
    "phone": {"extension": "351", "number": "912345678"},
    "custom_data": {
        "source": "fair",
        "budget": 12500.5,
        "newsletter": True,
        "met": "2026-03-04",
        "address": {"street": "Rua Augusta 1", "floors": [1, 2]},
        "note": None,
    },
}
ROWS = (
    "Name,Email,Phone,City,Shoe size\n"
    "Marta Import,marta.import@example.com,+351913000111,Faro,38\n"
    "Nuno Import,not an address,+351913000112,Faro,43\n"
    ",,,Faro,40\n"
)
FOLLOW_UPS = (
    "Lead,Text,Due,Who\n"
    "sylvia.hook@example.com,Call about the offer,2027-01-31 10:00,\n"
    "Nobody at all,Call,soon,nobody@example.com\n"
)


SMALL = 1_001  # leads: changing as many is background work
Known = dict[str, str | int]


@dataclass(frozen=True)
class Company:
    """`ids` are those of records by the name of their resource, and of more by what they are; `cookies` are the texts of
    sessions by role.
    """

    server: Server
    ids: Mapping[str, str | int]
    cookies: Mapping[str, str]
    token: str

    def client(self) -> Client:
        """Of the API, as the owner."""
        return Client(self.server.address, self.token)


_FOUNDED = Counter[tuple[str, str]]()
"""How often an account of this name was made on a server: what a module shares is made again where its tests are spread."""


def founded(server: Server, name: str = "Casa Exemplo", *, filled: bool = True) -> Company:
    """A new account of a server, with an owner, a member and a reader."""
    cookies, ids = dict[str, str](), Known()
    _FOUNDED[server.address, name] += 1
    again = _FOUNDED[server.address, name]
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, name if again == 1 else f"{name} {again}")
        for role in roles.ROLES:
            email = f"{role}.{account.id}@example.com"
            user = users.add_user(unit, account, email, "no password", role=role, name=role.title())
            ids[role], cookies[role] = user, sessions.begin(unit, user)
        now = unit.now
        ids["key"] = api_keys.add(unit.of(0, COMMAND), account.id, "Website", roles.CREATE).id
        guest = _guest(account.id)
        ids["token"] = invitations.invite(unit, account.id, guest, COMMAND)
    token = Tokens(signing_key(None, server.url)).issue(int(ids[roles.OWNER]), now, now)
    company = Company(server, ids, cookies, token)
    if filled:
        with company.client() as api:
            _fill(api, ids)
    return company


def _guest(account_id: int) -> newcomers.Invited:
    email = f"new.{account_id}@example.com"
    return newcomers.Invited(email, roles.MEMBER, lookup_key(email))


def _fill(api: Client, ids: Known) -> None:
    _add(api, [_lead(number) for number in range(60)])
    ids["lead"] = api.new("lead", FULL | {"owner_id": ids[roles.OWNER]})
    _fill_lead(api, ids)
    _delete_and_merge(api, ids)
    rule = {"position": 10, "city_id": 213, "user_ids": [ids[roles.MEMBER]]}
    ids["assignment_rule"] = api.new("assignment_rule", rule)
    ids["contact_type"] = api.new("contact_type", {"label": "Cliente"})
    ids |= {"contact_lifecycle_stage": 1, "city": 213}
    _fill_unqualified(api, ids)
    ids["imported"] = import_calls.send(api, ROWS)
    import_calls.started(api, int(ids["imported"]))
    ids["checked"] = import_calls.send(api, ROWS)
    import_calls.started(api, int(ids["checked"]), dry_run=True)
    ids["import"] = import_calls.send(api, ROWS, "Contactos.csv")
    ids["follow_ups"] = import_calls.send(api, FOLLOW_UPS, "tasks.csv", "task")
    ids["checked_follow_ups"] = import_calls.send(api, FOLLOW_UPS, "tasks.csv", "task")
    import_calls.started(api, int(ids["checked_follow_ups"]), dry_run=True)
    _work(api, ids)


def _add(api: Client, leads: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(leads), 1_000):
        items = [{"action": "create", "data": one} for one in leads[start : start + 1_000]]
        made = api.data("POST", "/api/lead/batch", {"items": items})
        assert {one["status"] for one in made} == {201}


def _fill_lead(api: Client, ids: Known) -> None:
    of = {"lead_id": ids["lead"]}
    ids["note"] = api.new("note", of | {"kind": "call", "text": "Wants an **offer** by Friday"})
    ids["task"] = api.new("task", of | {"due": "2026-01-31T17:00:00+00:00", "text": "Call back"})
    ids["audience_list"] = api.new("audience_list", {"name": "Newsletter"})
    ids["lead_audience_list"] = api.new("lead_audience_list", of | {"audience_list_id": ids["audience_list"]})
    ids["consent"] = api.new("consent", of | CONSENT)
    changed = api.patch(f"/api/lead/{ids['lead']}", json={"city_id": 45})
    ids["operation"] = changed.headers["x-operation"]
    shown = api.data("GET", f"/api/lead/{ids['lead']}")
    ids |= {"email": shown["email"]["id"], "phone": shown["phone"]["id"]}


def _delete_and_merge(api: Client, ids: Known) -> None:
    ids["gone"] = api.new("lead", {"name": "Deleted Lead", "email": {"email": "gone@example.com"}})
    api.delete(f"/api/lead/{ids['gone']}").raise_for_status()
    phone = {"extension": "351", "number": "934567890"}
    ids["one"] = api.new("lead", {"name": "Filipa Matos", "phone": phone})
    ids["other"] = api.new("lead", {"name": "Filipa Matos", "phone": phone, "city_id": 213})
    ids["merged"], kept = (api.new("lead", {"name": f"Merged {one}"}) for one in "ab")
    api.data("POST", f"/api/lead/{kept}/merge", {"ids": [ids["merged"]]})


def _fill_unqualified(api: Client, ids: Known) -> None:
    lead = {"name": "Sem Nome", "contact_type_id": ids["contact_type"]}
    ids["unqualified_lead"] = api.new("unqualified_lead", lead)
    consent = {"unqualified_lead_id": ids["unqualified_lead"]} | CONSENT
    ids["unqualified_lead_consent"] = api.new("unqualified_lead_consent", consent)


def _work(api: Client, ids: Known) -> None:
    """Background work that has ended."""
    _add(api, [{"name": f"Small {number}", "source": "small"} for number in range(SMALL)])
    path, change = "/api/lead?filter=source%3Dsmall", {"source": "smaller"}
    counted = api.data("PATCH", path, change | {"dry_run": True})
    begun = api.patch(path, json=change, headers={"If-Count": counted["if_count"]})
    assert begun.status_code == 202, begun.text
    job = begun.json()["data"]["job"]["id"]
    wait_until(lambda: api.data("GET", f"/api/job/{job}")["state"] in ("done", "failed"))
    ids["job"] = job


def _lead(number: int) -> dict[str, Any]:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    lead: dict[str, Any] = {"name": name, "city_id": 1 + number * 5}
    if number % 3:
        lead["email"] = {"email": f"lead{number}@example.com"}
    if number % 4:
        lead["phone"] = {"extension": "351", "number": f"9123450{number:02}" if number % 7 else f"12{number}"}
    return lead
