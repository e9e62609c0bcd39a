"""The address of a server as an option."""

from typing import Any

import click

NO_USER = (
    "the url is the address of a server, such as https://crm.example.com, without a user or password: 'login' takes the"
    " e-mail address with --email, and asks for the password"
)


def url_of(text: str) -> str:
    """The address in one spelling. Raises ValueError."""
    from closum_client._address import normal_url

    if "@" in text:
        raise ValueError(NO_USER)
    return normal_url(text)


class Url(click.ParamType[str]):
    """The address of a server, in one spelling for each."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return url_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
