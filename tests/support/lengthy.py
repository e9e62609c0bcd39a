"""Texts as long as people's, and words without a place to break: an account that has them wherever it takes text."""

from typing import Any

from closum.accounts import api_keys, roles, users
from closum.model.change import COMMAND
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.store import identity, saved_views
from tests.support import import_calls
from tests.support.client import Client
from tests.support.company import Company
from tests.support.hostile import texts

WORD = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenmuster" * 3
NAME = "Maria da Conceição Albuquerque e Vasconcelos de Sousa Fernandes-Guimarães"
ADDRESS = f"{'maria.da.conceicao.' * 2}sousa@correio.{'departamento-comercial.' * 3}example.com"
QUERIES = ("q=silva&sort=name&columns=email,phone,source", "filter=city_id%3D213")


def lengthen(company: Company) -> None:
    """Give long texts to what a company has on every page."""
    with company.client() as api:
        for resource in RESOURCES:
            if resource.name in company.ids and {"create", "update"} & {*resource.verbs}:
                _change(api, resource, int(company.ids[resource.name]))
        for number, name in enumerate((WORD, NAME)):
            _lead(api, number, name)
        import_calls.send(api, f"{WORD},{NAME}\n{WORD},{NAME}\n", f"{WORD}.csv")
    _name(company)


def _change(api: Client, resource: Resource, record_id: int) -> None:
    path = f"/api/{resource.name.replace('_', '-')}/{record_id}"
    for one in texts(resource):
        text = ADDRESS if resource is EMAIL else WORD
        answer = api.patch(path, json={one.name: text[: one.max_length]})
        assert answer.status_code in (200, 422), answer.text
    if any(one.name == "custom_data" for one in resource.writable):
        api.data("PATCH", path, {"custom_data": {WORD: NAME, NAME: WORD, "list": [WORD, {WORD: NAME}]}})


def _lead(api: Client, number: int, name: str) -> None:
    lead: dict[str, Any] = {"name": name, "source": WORD, "city_id": 213}
    lead["email"] = {"email": f"{number}.{ADDRESS}"}
    lead["phone"] = {"extension": "351", "number": f"91234567{number}"}
    api.new("lead", lead)
    api.delete(f"/api/lead/{api.new('lead', lead)}").raise_for_status()


def _name(company: Company) -> None:
    """Views of every list, users and keys."""
    with company.server.session() as session:
        with session.write() as unit:
            owner = identity.user(unit, int(company.ids[roles.OWNER]))
            assert owner
            (account,) = (one for one in identity.accounts(unit) if one.id == owner.account_id)
            users.add_user(unit, account, f"long.{account.id}.{ADDRESS}", "no password", name=WORD)
            users.set_name(unit, owner, NAME)
            api_keys.add(unit.of(0, COMMAND), account.id, WORD, roles.CREATE)
        with session.write(account.id) as unit:
            mine = unit.of(account.id, COMMAND._replace(user_id=owner.id))
            for resource in RESOURCES:
                for number, query in enumerate(QUERIES):
                    saved_views.add(mine, resource.name, (WORD, NAME)[number][:60], query, number)
