"""The kinds of values that are given on a command line."""

import re
from typing import Any

import click

from closum_client._etag import if_match as checked


class Whole(click.ParamType[int]):
    """A whole number from 1 up, at most `most`, in the digits 0 to 9."""

    name = "number"

    def __init__(self, most: int | None = None) -> None:
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not re.fullmatch("[0-9]{1,19}", text) or not 1 <= int(text) <= (self._most or int(text)):
            self.fail(
                f"it must be a whole number from 1 {f'to {self._most}' if self._most else 'up'}", param, ctx
            )
        return int(text)


class Tag(click.ParamType[str]):
    """An ETag, as `shown` (`get --etag`) shows it."""

    name = "etag"

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return checked(value)
        except ValueError:
            self.fail(f"it must be what '{self._shown}' shows, with its quotes, or *", param, ctx)
