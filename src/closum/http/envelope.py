"""The one shape that every answer under /api has."""

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
encode_into = _encoder.encode_into


def success(data: Any) -> bytes:
    """`{"success":true,"data":…}` as UTF-8 JSON."""
    return encode({"success": True, "data": data})


def page(data: list[Any], pagination: dict[str, Any]) -> bytes:
    """A list with its pagination, as UTF-8 JSON."""
    return encode({"success": True, "data": data, "pagination": pagination})


def page_around(pagination: dict[str, Any]) -> tuple[bytes, bytes]:
    """What stands before and behind the records of `page`."""
    before, _, after = page([], pagination).partition(b"[]")
    return before + b"[", b"]" + after


def failure(data: dict[str, Any]) -> bytes:
    """`{"success":false,"data":{code,url,message,…}}` as UTF-8 JSON."""
    return encode({"success": False, "data": data})
