"""JSON documents that are merged, key by key: numbers, texts and the order of keys stay as they are written.

Source: RFC 7396, JSON Merge Patch.
"""

from collections.abc import Callable, Mapping
from typing import Any

from closum.model import document

Merge = Callable[[Any, Any], Any]

_EMPTY = (None, "")


def patched(present: str | None, patch: Mapping[str, Any]) -> str:
    """A document with what the patch gives: null removes a key, an object is merged into the one that is there, and
    whatever else is there gives way. One that nothing changes in keeps its spelling.

    The values of the patch are as `document.read` gives them. Raises DocumentError for a result beyond the limits.
    """
    return _merged(_patched, present, patch)


def filled(present: str | None, other: str | None) -> str | None:
    """A document with what it lacks, taken from another one: keys that are missing, null or an empty text; an object is
    filled likewise.

    Raises DocumentError for a result beyond the limits.
    """
    if present is None or other is None:
        return other if present is None else present
    return _merged(_filled, present, document.read(other))


def _merged(merge: Merge, present: str | None, other: Any) -> str:
    value = None if present is None else document.read(present)
    text = document.write(merge(value, other))
    return present if present is not None and text == document.write(value) else text


def _patched(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _patched(result.get(name), value)
    return result


def _filled(target: Any, other: Any) -> Any:
    if target in _EMPTY:
        return other
    if not isinstance(target, dict) or not isinstance(other, dict):
        return target
    more = {name: _filled(target.get(name), value) for name, value in other.items() if value not in _EMPTY}
    return target | more
