"""The one shape that every answer under /api has."""

from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode


def success(data: Any) -> bytes:
    """`{"success":true,"data":…}` as UTF-8 JSON."""
    return encode({"success": True, "data": data})


def page(data: list[Any], pagination: dict[str, Any]) -> bytes:
    """A list with its pagination, as UTF-8 JSON."""
    return encode({"success": True, "data": data, "pagination": pagination})


def failure(data: dict[str, Any]) -> bytes:
    """`{"success":false,"data":{code,url,message,…}}` as UTF-8 JSON."""
    return encode({"success": False, "data": data})
