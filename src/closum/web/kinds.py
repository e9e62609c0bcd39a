"""Of which kind a property is to people: by it pages choose how to show it, to ask for it, and to filter by it."""

from closum.model.choices import Choice, Code
from closum.model.fields import Document, Field, Flag, Integer, Timestamp
from closum.model.relations import Parent, Reference
from closum.model.user_fields import Author, User, Users

KINDS: tuple[tuple[type[Field], str], ...] = (
    (Flag, "flag"),
    (Author, "user"),
    (User, "user"),
    (Users, "users"),
    (Reference, "reference"),
    (Parent, "reference"),
    (Integer, "number"),
    (Timestamp, "time"),
    (Document, "document"),
    (Code, "text"),
    (Choice, "choice"),
    (Field, "text"),
)
"""The first that a field is one of decides; `nested` is that of a record which another one shows. A new kind is a line
here, what a list shows of it in lists/cells.py, and how it is asked for: a macro in filter-parts.html, and `input_…` in inputs.html."""


def kind_of(field: Field) -> str:
    of = type(field)
    if of not in _known:
        _known[of] = next(kind for known, kind in KINDS if issubclass(of, known))
    return _known[of]


_known: dict[type[Field], str] = {}
