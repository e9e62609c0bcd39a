"""Keys that text is sorted by, the same on every database engine."""

import unicodedata


def sort_key(text: str | None) -> str | None:
    """NFKD without marks, case-folded, to be compared by code point; None stays None.

    `Águeda` and `agueda` have the same key. The key of a key is itself.
    """
    if text is None or text.isascii():
        return text and text.lower()
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M"))
    return "".join(letters).casefold()
