"""A program over the client that openapi-python-client made, typed strictly: a day of work of a programmer.

Takes the server's address, a token, and an e-mail address and a password; prints what the test compares.
"""

import json
import sys

from closum_api_client import AuthenticatedClient, Client
from closum_api_client.api.authentication import create_token
from closum_api_client.api.cities import list_cities
from closum_api_client.api.emails import create_email
from closum_api_client.api.health import health
from closum_api_client.api.leads import create_lead, list_leads, retrieve_lead, update_lead
from closum_api_client.models import (
    CreateLeadResponse201,
    CreateTokenResponse200,
    Credentials,
    EmailCreate,
    Failure,
    Lead,
    LeadCreate,
    LeadCreateCustomDataType1,
    LeadCreateEmailType0,
    LeadCreatePhoneType0,
    LeadUpdate,
    ListCitiesResponse200,
    ListLeadsDirection,
    ListLeadsResponse200,
    ListLeadsSort,
    RetrieveLeadResponse200,
    UpdateLeadResponse200,
    ValidationFailure,
)


def sign_in(address: str, email: str, password: str) -> AuthenticatedClient:
    nobody = Client(base_url=address)
    assert health.sync(client=nobody)
    answer = create_token.sync(client=nobody, body=Credentials(email=email, password=password))
    assert isinstance(answer, CreateTokenResponse200)
    return AuthenticatedClient(base_url=address, token=answer.data.token)


def create(client: AuthenticatedClient) -> int:
    lead = LeadCreate(
        name="Ana",
        city_id=213,
        custom_data=LeadCreateCustomDataType1.from_dict(
            {"source": "fair", "tags": ["a", 1], "more": {"x": None}}
        ),
        email=LeadCreateEmailType0(email="ana@example.com"),
        phone=LeadCreatePhoneType0(extension="00351", number="912 345 678"),
    )
    lead["city"] = "Abrantes"
    answer = create_lead.sync_detailed(client=client, body=lead)
    assert isinstance(answer.parsed, CreateLeadResponse201)
    assert answer.headers["X-Ignored-Properties"] == "city"
    return answer.parsed.data.id


def retrieve(client: AuthenticatedClient, lead_id: int) -> Lead:
    answer = retrieve_lead.sync(lead_id, client=client)
    assert isinstance(answer, RetrieveLeadResponse200)
    return answer.data


def update(client: AuthenticatedClient, lead_id: int) -> None:
    answer = update_lead.sync(lead_id, client=client, body=LeadUpdate(name=None, email="", custom_data=[1]))
    assert isinstance(answer, UpdateLeadResponse200)


def refusals(client: AuthenticatedClient) -> list[object]:
    unknown = retrieve_lead.sync(999, client=client)
    assert isinstance(unknown, Failure)
    invalid = create_email.sync(client=client, body=EmailCreate(email="nobody"))
    assert isinstance(invalid, ValidationFailure)
    return [unknown.data.code, unknown.success, invalid.data.code, invalid.data.errors.to_dict()]


def names(client: AuthenticatedClient) -> list[str | None]:
    page = list_leads.sync(
        client=client, limit=5, page=1, sort=ListLeadsSort.NAME, direction=ListLeadsDirection.DESC
    )
    assert isinstance(page, ListLeadsResponse200)
    assert page.pagination.count == len(page.data)
    return [lead.name for lead in page.data]


def main(address: str, email: str, password: str) -> None:
    client = sign_in(address, email, password)
    lead_id = create(client)
    first = retrieve(client, lead_id)
    update(client, lead_id)
    cities = list_cities.sync(client=client, limit=2)
    assert isinstance(cities, ListCitiesResponse200)
    found = {
        "created": first.to_dict(),
        "year": first.creation_date.year,
        "updated": retrieve(client, lead_id).to_dict(),
        "names": names(client),
        "cities": [city.city_name for city in cities.data],
        "refusals": refusals(client),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
