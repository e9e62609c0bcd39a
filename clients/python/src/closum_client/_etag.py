"""Entity tags, by which an update names the state of a record that it is meant for."""

import re

_TAG = '(?:W/)?"[!#-~]*"'
_TAGS = re.compile(rf"\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*")


def if_match(value: object) -> str:
    """The value of the header If-Match.

    Raises ValueError for what is no tag, and for None, which a record of a list has: an update that was meant to be
    guarded must not go out without. Raises TypeError for what is no text.
    """
    if value is None:
        raise ValueError("if_match is None: only a record that was retrieved by its id has an etag")
    if not isinstance(value, str):
        raise TypeError(f"if_match is the etag of a record, a str, not {type(value).__name__}")
    if not _TAGS.fullmatch(value):
        raise ValueError(
            f"if_match is an etag as the record has it, with its quotes, or *, not {value[:60]!r}"
        )
    return value
