"""What a token call sends: an e-mail address and a password."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.accounts import passwords
from closum.errors import BrokenRule
from closum.model import body_fields
from closum.model.fields import Text
from closum.model.ignored import Path

OTHER_NAMES = {"email": "api_username", "password": "api_pw"}


class Credentials(NamedTuple):
    email: str
    password: str


class Password(Text):
    """The limit is that of its NFC, as it was when the password was set; the value is as it was sent."""

    def parse(self, value: Any) -> str | None:
        is_text = type(value) is str and len(value) <= self.max_length
        text = super().parse(passwords.normal(value) if is_text else value)
        if text and len(text.encode()) > passwords.MAX_BYTES:
            raise BrokenRule("_maxLength", limit=f"{passwords.MAX_BYTES} bytes")
        return value if is_text else text


FIELDS = (
    Text(
        "email",
        required=True,
        max_length=254,
        strip=True,
        description="The **email** address that you sign in with; `api_username` is another name of it",
        example="email@closum.com",
    ),
    Password(
        "password",
        required=True,
        max_length=passwords.MAX_BYTES,
        description="Your **password**; `api_pw` is another name of it",
        example="yourpassword",
    ),
)

CODE = Text(
    "code",
    max_length=64,
    description=(
        "The **code** that your app shows, or a recovery code: only for a user with a second factor, and ignored for others."
        " Each code counts once"
    ),
    example="123456",
)


def ignored(body: Mapping[str, Any], code: str | None = None) -> list[Path]:
    """The keys of a body that are not read: unknown ones, and the other name of one that is there. A `code` may be read."""
    read = {name if name in body else other for name, other in OTHER_NAMES.items()}
    read |= {CODE.name} if code else set()
    return [(name,) for name in body if name not in read]


def code_in(body: Mapping[str, Any]) -> str | None:
    """The code of a second factor, where there is one. Raises Invalid."""
    code: str | None = body_fields.read((CODE,), body)["code"]
    return code


def parse(body: Mapping[str, Any]) -> Credentials:
    """Presence, type and upper limits alone: a short password is a wrong one. Raises Invalid."""
    given = {
        name: body[name] if name in body else body[other]
        for name, other in OTHER_NAMES.items()
        if {name, other} & body.keys()
    }
    values = body_fields.read(FIELDS, given)
    return Credentials(values["email"], values["password"])
