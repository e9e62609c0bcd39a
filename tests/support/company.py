"""An account with a little of everything, for pages to be looked at: its users, and the ids of what it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from closum.accounts import roles, sessions, users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from tests.support import import_calls
from tests.support.client import Client
from tests.support.server import Server

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


@dataclass(frozen=True)
class Company:
    """`ids` are those of records by what they are; `cookies` the texts of sessions by role."""

    server: Server
    ids: Mapping[str, int]
    cookies: Mapping[str, str]
    token: str

    def client(self) -> Client:
        """Of the API, as the owner."""
        return Client(self.server.address, self.token)


def founded(server: Server, name: str = "Casa Exemplo", *, filled: bool = True) -> Company:
    """A new account of a server, with an owner, a member and a reader."""
    cookies, ids = dict[str, str](), dict[str, int]()
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, name)
        for role in roles.ROLES:
            email = f"{role}.{account.id}@example.com"
            ids[role] = users.add_user(unit, account, email, "no password", role=role, name=role.title())
            cookies[role] = sessions.begin(unit, ids[role])
        now = unit.now
    token = Tokens(signing_key(None, server.url)).issue(ids[roles.OWNER], now, now)
    company = Company(server, ids, cookies, token)
    if filled:
        with company.client() as api:
            ids |= _filled(api, ids)
    return company


def _filled(api: Client, known: Mapping[str, int]) -> dict[str, int]:
    leads = [_lead(number) for number in range(60)]
    made = api.data("POST", "/api/lead/batch", {"items": [{"action": "create", "data": one} for one in leads]})
    assert {one["status"] for one in made} == {201}
    ids = {"lead": api.new("lead", FULL | {"owner_id": known[roles.OWNER]})}
    ids |= _of_lead(api, ids["lead"])
    ids["gone"] = api.new("lead", {"name": "Deleted Lead", "email": {"email": "gone@example.com"}})
    api.delete(f"/api/lead/{ids['gone']}").raise_for_status()
    ids["one"], ids["other"] = (api.new("lead", twin) for twin in _twins())
    ids["merged"], kept = (api.new("lead", {"name": f"Merged {one}"}) for one in "ab")
    api.data("POST", f"/api/lead/{kept}/merge", {"ids": [ids["merged"]]})
    ids["rule"] = api.new(
        "assignment_rule", {"position": 10, "city_id": 213, "user_ids": [known[roles.MEMBER]]}
    )
    ids["type"] = api.new("contact_type", {"label": "Cliente"})
    ids["unqualified"] = api.new("unqualified_lead", _unqualified(ids["type"]))
    ids["imported"] = import_calls.send(api, ROWS)
    import_calls.started(api, ids["imported"])
    ids["checked"] = import_calls.send(api, ROWS)
    import_calls.started(api, ids["checked"], dry_run=True)
    ids["import"] = import_calls.send(api, ROWS, "Contactos.csv")
    return ids


def _of_lead(api: Client, lead: int) -> dict[str, int]:
    ids = {
        "note": api.new("note", {"lead_id": lead, "kind": "call", "text": "Wants an **offer** by Friday"}),
        "task": api.new("task", {"lead_id": lead, "due": "2026-01-31T17:00:00+00:00", "text": "Call back"}),
        "list": api.new("audience_list", {"name": "Newsletter"}),
    }
    ids["membership"] = api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": ids["list"]})
    consent = {
        "lead_id": lead,
        "channel": "email",
        "state": "given",
        "environment": {"REMOTE_ADDR": "192.0.2.7"},
    }
    ids["consent"] = api.new("consent", consent)
    api.data("PATCH", f"/api/lead/{lead}", {"city_id": 45})
    shown = api.data("GET", f"/api/lead/{lead}")
    return ids | {"email": shown["email"]["id"], "phone": shown["phone"]["id"]}


def _lead(number: int) -> dict[str, Any]:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    lead: dict[str, Any] = {"name": name, "city_id": 1 + number * 5}
    if number % 3:
        lead["email"] = {"email": f"lead{number}@example.com"}
    if number % 4:
        lead["phone"] = {"extension": "351", "number": f"9123450{number:02}" if number % 7 else f"12{number}"}
    return lead


def _twins() -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        {"name": "Filipa Matos", "phone": {"extension": "351", "number": "934567890"}},
        {"name": "Filipa Matos", "phone": {"extension": "351", "number": "934567890"}, "city_id": 213},
    )


def _unqualified(contact_type: int) -> dict[str, Any]:
    return {"name": "Sem Nome", "contact_type_id": contact_type, "email": {"email": "sem.nome@example.com"}}
