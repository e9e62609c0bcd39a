"""Prefer: what a client would rather have. Source: RFC 7240."""

import re

REPRESENTATION, MINIMAL = "return=representation", "return=minimal"
LONGEST = 1_000  # characters: a longer header is passed over

_PREFERENCE = re.compile(
    r'[ \t]*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:([!#$%&\'*+.^_`|~0-9A-Za-z-]+)|"((?:[^"\\]|\\.)*)"))?'
    r'(?:"(?:[^"\\]|\\.)*"|[^",])*(?:,|$)'
)
"""One of the list, with its parameters, and the comma behind it."""


def returned(header: str) -> str:
    """REPRESENTATION or MINIMAL, whichever the header prefers; "" for neither. Of a preference that is given twice the first
    one counts, and what cannot be read is passed over."""
    if len(header) > LONGEST:
        return ""
    for found in _PREFERENCE.finditer(header):
        name, token, quoted = found.groups()
        if name.lower() == "return":
            value = f"return={(token or quoted or '').lower()}"
            return value if value in (REPRESENTATION, MINIMAL) else ""
    return ""
