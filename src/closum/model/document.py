"""JSON, strictly read: what the standard library lets through is refused here."""

import json
import math
import re
from typing import Any

MAX_DEPTH = 32
MAX_KEYS = 1000


class DocumentError(ValueError):
    """The text is JSON but cannot be taken; its message says why without repeating the text."""


class NotJSON(DocumentError):
    """The text is no JSON at all."""


class Fraction(float):
    """A number with a fraction or an exponent, and how it was written."""

    text: str


_FRACTION = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?")
_LONGEST_EXPONENT = 8  # digits; a number of more is 0 or, as a text has no more digits than that, a fraction


def whole(value: Fraction) -> str | None:
    """The digits of a number that is whole as written (`213.0`, `2.13e2`), None for another."""
    match = _FRACTION.fullmatch(value.text)
    assert match is not None
    sign, integer, fraction, exponent = match.group(1, 2, 3, 4)
    written = (integer + (fraction or "")).lstrip("0")
    digits = written.rstrip("0")
    if not digits or len(exponent or "") > _LONGEST_EXPONENT:
        return None if digits else "0"
    zeros = int(exponent or "0") - len(fraction or "") + len(written) - len(digits)
    return f"{sign}{digits}{'0' * zeros}" if zeros >= 0 else None


def read(text: str | bytes) -> Any:
    """The value of a JSON text (bytes are UTF-8).

    Raises NotJSON for broken syntax or encoding, DocumentError for duplicate keys, numbers that overflow,
    lone surrogates, NUL, more than 32 levels or 1 000 keys. Source: RFC 8259.
    """
    if isinstance(text, bytes):
        text = _decode_utf8(text)
    if text.startswith("\ufeff"):
        raise NotJSON("it begins with a byte-order mark")
    value = _parse(text)
    if "\\u" in text or text.count("[") + text.count("{") > MAX_DEPTH or text.count(":") > MAX_KEYS:
        _inspect(value)
    return value


def write(value: Any) -> str:
    """Compact JSON text of a value that `read` gave, in its key order, fractions as they were written."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{write(key)}:{write(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(write, value))}]"
    return value.text if isinstance(value, Fraction) else json.dumps(value, ensure_ascii=False)


def _decode_utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotJSON(f"byte {error.start} is not UTF-8") from None


def _parse(text: str) -> Any:
    try:
        return _decode(text)
    except json.JSONDecodeError as error:
        raise NotJSON(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise DocumentError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    except DocumentError:
        raise
    except ValueError:  # the interpreter's own limit on digits
        raise DocumentError("a number has too many digits") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise DocumentError("an object has the same key twice")
    return result


def _fraction(text: str) -> Fraction:
    value = Fraction(text)
    if math.isinf(value):
        raise DocumentError("a number is too large")
    value.text = text
    return value


def _constant(name: str) -> Any:
    raise NotJSON(f"{name} is not JSON")


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_fraction, parse_constant=_constant).decode


def _inspect(root: Any) -> None:
    stack, keys = [(root, 1)], 0
    while stack:
        value, depth = stack.pop()
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, dict | list):
            if depth > MAX_DEPTH:
                raise DocumentError(f"it is nested more than {MAX_DEPTH} levels deep")
            if isinstance(value, dict):
                keys += len(value)
                stack += [(key, depth) for key in value]
                value = list(value.values())
            stack += [(item, depth + 1) for item in value]
        if keys > MAX_KEYS:
            raise DocumentError(f"it has more than {MAX_KEYS} keys")


def _check_text(text: str) -> None:
    if "\0" in text:
        raise DocumentError("a text has a NUL character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise DocumentError("a text has a lone surrogate")
