"""JSON, strictly read: what the standard library lets through is refused here."""

import json
import math
import re
from json.encoder import encode_basestring
from typing import Any

from closum.model.text import is_unicode

MAX_DEPTH = 32
MAX_KEYS = 1000
_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
_SURROGATE = "a text has a lone surrogate"


class DocumentError(ValueError):
    """The text is JSON but cannot be taken; its message says why without repeating the text."""


class NotJSON(DocumentError):
    """The text is no JSON at all."""


class Fraction(float):
    """A number with a fraction or an exponent, and how it was written."""

    text: str


_FRACTION = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?)0*([0-9]+))?")
_LONGEST_EXPONENT = 8  # digits; a finite number with more is 0, or a fraction because no text is that long


def whole(value: Fraction) -> str | None:
    """The digits of a number that is whole as written (`213.0`, `2.13e2`), None for another."""
    match = _FRACTION.fullmatch(value.text)
    assert match is not None
    sign, integer, fraction, minus, exponent = match.groups("")
    written = (integer + fraction).lstrip("0")
    digits = written.rstrip("0")
    if not digits or len(exponent) > _LONGEST_EXPONENT:
        return None if digits else "0"
    zeros = int(f"{minus}{exponent or 0}") - len(fraction) + len(written) - len(digits)
    return f"{sign}{digits}{'0' * zeros}" if zeros >= 0 else None


def read(text: str | bytes) -> Any:
    """The value of a JSON text (bytes are UTF-8).

    Raises NotJSON for broken syntax or encoding, DocumentError for duplicate keys, numbers that overflow,
    lone surrogates, NUL, more than 32 levels or 1 000 keys. Source: RFC 8259.
    """
    if isinstance(text, bytes):
        text = _decode_utf8(text)
    value = _load(text)
    _check(text, value)
    return value


def load(raw: bytes) -> Any:
    """As `read`, of a text whose parts have the limits each for itself: `check` them."""
    return _load(_decode_utf8(raw))


def check(value: Any) -> None:
    """Raises DocumentError for what `read` would not take of a value from `load`."""
    _inspect(value)


def _load(text: str) -> Any:
    if text.startswith("\ufeff"):
        raise NotJSON("it begins with a byte-order mark")
    return _parse(text)


def write(value: Any) -> str:
    """Compact JSON text of a value, in its key order; fractions that `read` gave as they were written.

    Raises DocumentError for what `read` would not take, and TypeError for what is not JSON.
    """
    try:
        text = _written(value)
        text.encode()
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None
    except UnicodeEncodeError:
        raise DocumentError(_SURROGATE) from None
    _check(text, value)
    return text


def _check(text: str, value: Any) -> None:
    """Raises DocumentError for a value beyond the limits; looks into it only where its text may hold such a one."""
    if "\\u" in text or text.count("[") + text.count("{") > MAX_DEPTH or text.count(":") > MAX_KEYS:
        _inspect(value)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, dict):
        return f"{{{','.join([f'{_key(key)}:{_written(item)}' for key, item in value.items()])}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, Fraction):
        return value.text
    if isinstance(value, float) and not math.isfinite(value):
        raise DocumentError("a number is not finite")
    return json.dumps(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"A key of a JSON object is a text, not {type(key).__name__}")
    return encode_basestring(key)


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
        raise DocumentError(_TOO_DEEP) from None
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
    """Level by level, the texts of each together."""
    level, depth, keys = [root], 0, 0
    while level:
        depth += 1
        if depth > MAX_DEPTH and any(isinstance(value, dict | list) for value in level):
            raise DocumentError(_TOO_DEEP)
        texts, below = list[str](), list[Any]()
        for value in level:
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, dict):
                keys += len(value)
                texts += value
                below += value.values()
            elif isinstance(value, list):
                below += value
        _check_text("".join(texts))
        if keys > MAX_KEYS:
            raise DocumentError(f"it has more than {MAX_KEYS} keys")
        level = below


def _check_text(text: str) -> None:
    if "\0" in text:
        raise DocumentError("a text has a NUL character")
    if not is_unicode(text):
        raise DocumentError(_SURROGATE)
