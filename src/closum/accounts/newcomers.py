"""What people write of themselves who come in: company, e-mail address, name, password. Faults come all at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from closum.accounts import passwords
from closum.accounts.credentials import Password
from closum.accounts.roles import ROLES
from closum.errors import Invalid, fault
from closum.model import address, body_fields
from closum.model.choices import Choice
from closum.model.fields import Text
from closum.resources.account import ACCOUNT
from closum.resources.account import NAME as ACCOUNT_NAME
from closum.store import identity
from closum.store.unit import Unit


class NewPassword(Password):
    """A password that may be set."""

    def parse(self, value: Any) -> str | None:
        text = super().parse(value)
        if text is not None:
            passwords.check_rules(text)
        return text


NAME = replace(ACCOUNT_NAME, required=False)
NEW_PASSWORD = NewPassword("password", required=True, max_length=passwords.MAX_BYTES)
EMAIL = Text("email", required=True, max_length=254, strip=True, rule=("_email", address.check))

SETTINGS = tuple(
    replace(one, required=False) for one in ACCOUNT.fields if one.name in ("country", "zone", "language")
)
OF_FIRST = (replace(ACCOUNT_NAME, name="company"), EMAIL, NAME, NEW_PASSWORD, *SETTINGS)
OF_JOINING = (NAME, NEW_PASSWORD)
OF_INVITED = (EMAIL, Choice("role", required=True, among=ROLES))


class First(NamedTuple):
    """Who makes the first account, and what is set for it: None for what is usual."""

    company: str
    email: str
    name: str | None
    password: str
    country: str | None = None
    zone: str | None = None
    language: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Those that are given."""
        found = {one.name: getattr(self, one.name) for one in SETTINGS}
        return {name: value for name, value in found.items() if value is not None}


class Joining(NamedTuple):
    """Who joins an account, or chooses a new password."""

    name: str | None
    password: str


class Invited(NamedTuple):
    """Who is invited; `email_key` is what the address is found by."""

    email: str
    role: str
    email_key: str


def first(given: Mapping[str, Any]) -> First:
    """Raises Invalid."""
    return First(**body_fields.read(OF_FIRST, given))


def joining(given: Mapping[str, Any]) -> Joining:
    """Raises Invalid."""
    return Joining(**body_fields.read(OF_JOINING, given))


def new_password(given: Mapping[str, Any]) -> str:
    """Raises Invalid."""
    password: str = body_fields.read((NEW_PASSWORD,), given)["password"]
    return password


def invited(unit: Unit, given: Mapping[str, Any]) -> Invited:
    """Raises Invalid, also for an address that a user has."""
    values = body_fields.read(OF_INVITED, given)
    key = address.address_key(values["email"])
    if identity.user_by_key(unit, key):
        raise Invalid({"email": fault("_isUnique")})
    return Invited(values["email"], values["role"], key)
