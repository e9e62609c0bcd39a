"""What a search in the bin finds: deleted records by what they were called, an address or a number."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from closum.model import terms
from closum.web import titles
from closum.web.views import View

Fits = Callable[[Mapping[str, Any]], bool]
FEWEST_DIGITS = 3


def fits(views: Mapping[str, View], text: str) -> Fits:
    """Whether an entry has a word that begins so for each word of the text, or its digits in a number."""
    wanted, digits = terms.words(text), _digits(text)
    is_number = len(digits) >= FEWEST_DIGITS and not any(map(str.isalpha, text))

    def fit(entry: Mapping[str, Any]) -> bool:
        if not entry["record"]:
            return False
        texts = [*_texts(views[entry["resource"]], msgspec.to_builtins(entry["record"]))]
        if is_number and any(digits.lstrip("0") in _digits(one) for one in texts):
            return True
        own = [word for one in texts for word in terms.words(one)]
        return bool(wanted) and all(any(word.startswith(one) for word in own) for one in wanted)

    return fit


def _texts(view: View, record: Mapping[str, Any]) -> Iterator[str]:
    yield titles.title(view.resource, record)
    yield str(record.get("number") or "")
    for nested in view.resource.nested:
        shown = record.get(nested.name) or {}
        yield " ".join(one for one in shown.values() if isinstance(one, str))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
