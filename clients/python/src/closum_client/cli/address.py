"""The address of a server as an option."""

from typing import Any

import click


def url_of(text: str) -> str:
    """The address in one spelling. Raises ValueError."""
    from closum_client._address import normal_url

    return normal_url(text)


class Url(click.ParamType[str]):
    """The address of a server, in one spelling for each."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return url_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
