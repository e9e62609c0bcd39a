"""Addresses of servers and tokens, checked before anything is sent."""

import re
from typing import Any
from urllib.parse import urlsplit

import click
import httpx2

PORTS = {"http": 80, "https": 443}


class Url(click.ParamType[str]):
    """The address of a server, in one spelling for each."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return normal_url(value)
        except ValueError:
            self.fail("it must be the address of a server, and begin with http:// or https://", param, ctx)


def normal_url(text: str) -> str:
    """The address without what makes no difference. Raises ValueError for what is none."""
    parts = urlsplit(text)
    host, port = parts.hostname, parts.port
    if parts.scheme not in PORTS or not host or re.search(r"[\s\x00-\x1f\x7f\\@?#]", text):
        raise ValueError(text)
    host.encode("idna")  # as sockets do it: raises UnicodeError, a ValueError
    try:
        httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise ValueError(text) from error
    shown = f"[{host}]" if ":" in host else host
    if port not in (None, PORTS[parts.scheme]):
        shown += f":{port}"
    return f"{parts.scheme}://{shown}{parts.path.rstrip('/')}"


def is_token(text: str) -> bool:
    """Whether it can stand in a header."""
    return re.fullmatch("[!-~]+", text) is not None
