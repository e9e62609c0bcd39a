"""What files are called that people save."""

import re
import unicodedata

from closum.operations.importing.faults import FileName
from closum.store.imports import Import
from closum.web.words import Words

LONGEST = 80
"""Characters of the name of the file that was sent."""

_RESERVED = re.compile(r'[\\/:*?"<>|]+')
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def refused(found: Import, words: Words) -> FileName:
    """The file of the rows that an import refused: after the file that was sent, whatever its sender has called that."""
    unnamed = words.failed_file_unnamed.format(n=found.id)
    visible = "".join(one for one in found.name if unicodedata.category(one)[0] != "C")
    stem = _RESERVED.sub("-", visible.rpartition(".")[0] or visible)[:LONGEST].strip(" .-")
    letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = _NOT_PLAIN.sub("-", letters).strip("-.")
    saved = [f"{words.failed_file.format(name=one or unnamed)}.csv" for one in (plain, stem)]
    return FileName(*saved)
