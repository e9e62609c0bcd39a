"""Data, as a terminal may show it."""

import sys


def printable(text: str) -> str:
    """What a terminal would obey, or its encoding lacks, as an escape: data may have anything in it."""
    text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
    return text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding)
