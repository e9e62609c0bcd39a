"""What a form of a page sends."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode

from closum.errors import Invalid, Malformed, UnsupportedMediaType
from closum.http import body
from closum.http.request import Request
from closum.model.text import is_unicode

TOKEN = "_token"  # noqa: S105 - the name of a field
"""The field that shows that a form is of a page of this session."""

KEPT = "_kept"
"""The field of a form that was sent while nobody was signed in, and comes again now: it is shown, and writes nothing."""

SECRETS = ("password", "present", "code")
"""Fields that no page shows again: passwords and codes. No resource has a property of such a name."""

URL_ENCODED = b"application/x-www-form-urlencoded"
MOST_FIELDS = 10_000
_INSTEAD = "\ufffd"


class Form:
    """Fields by name, in the order in which they were sent; one of a name may be there several times."""

    def __init__(self, pairs: list[tuple[str, str]], odd: frozenset[str] = frozenset()) -> None:
        self._pairs, self.odd = pairs, odd
        self._last = dict(pairs)

    def __call__(self, name: str, default: str = "") -> str:
        """The last value of a name."""
        return self._last.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self._last

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def every(self, name: str) -> list[str]:
        """All values of a name."""
        return [value for key, value in self._pairs if key == name]

    def without(self, name: str) -> "Form":
        """The same without the fields of a name."""
        return Form([pair for pair in self._pairs if pair[0] != name])

    def having(self, name: str, value: str) -> "Form":
        """The same with one field of a name."""
        return Form([*self.without(name), (name, value)])

    @property
    def shown(self) -> "Form":
        """The same without what no page shows again."""
        return Form([pair for pair in self._pairs if pair[0] not in SECRETS])

    @property
    def text(self) -> str:
        """The text of a body that sends it."""
        return urlencode(self._pairs)


EMPTY = Form([])


class Kept(Invalid):
    """Nothing is written: a form with no faults is shown again with what was typed, as one with faults is."""

    def __init__(self) -> None:
        super().__init__({})


def is_form(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a body is a form without files."""
    return headers.get(b"content-type", b"").split(b";")[0].strip().lower() == URL_ENCODED


async def read(request: Request) -> Form:
    """The form that was sent. Raises UnsupportedMediaType, BodyTooLarge, Malformed."""
    if not is_form(request.headers):
        raise UnsupportedMediaType("Send the form as a browser does")
    return typed((await body.received(request.headers, request.receive)).decode("latin-1"))


def parse(text: str) -> Form:
    """The fields in the text of a body. Raises Malformed."""
    form = typed(text)
    if form.odd:
        raise Malformed("The form has characters that nobody can type")
    return form


def typed(text: str) -> Form:
    """Likewise, but a value may have characters that no database takes: others stand for them, and `odd` has the names.

    Raises Malformed.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Malformed("The form is not UTF-8") from None
    except ValueError:
        raise Malformed(f"The form has too many fields: at most {MOST_FIELDS:,}") from None
    if not all(is_unicode(f"{name}{value}") and "\0" not in name for name, value in pairs):
        raise Malformed("The form has characters that nobody can type")
    odd = frozenset(name for name, value in pairs if "\0" in value)
    return Form([(name, value.replace("\0", _INSTEAD)) for name, value in pairs], odd)
