"""The address of a server as an option."""

import re
from typing import Any

import click

# This machine: a server on it is asked without TLS, and needs no scheme.
LOCAL = re.compile(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]+)?(/.*)?", re.IGNORECASE)
NO_URL = "it must be the address of a server"


def url_of(text: str) -> str:
    """The address in one spelling; `localhost` and `127.0.0.1:8000` are http. Raises ValueError."""
    from closum_client._address import normal_url

    return normal_url(f"http://{text}" if LOCAL.fullmatch(text) else text)


class Url(click.ParamType[str]):
    """The address of a server, in one spelling for each."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return url_of(value)
        except ValueError as error:
            self.fail(f"{NO_URL}: {error}", param, ctx)
