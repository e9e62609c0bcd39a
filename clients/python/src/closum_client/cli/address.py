"""The address of a server as an option."""

from typing import Any

import click

from closum_client._address import normal_url


class Url(click.ParamType[str]):
    """The address of a server, in one spelling for each."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return normal_url(value)
        except ValueError:
            self.fail("it must be the address of a server, such as https://crm.example.com", param, ctx)
