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
here, and three macros: `cell_…` and `filter_…` in cells.html, `input_…` in inputs.html."""


def kind_of(field: Field) -> str:
    return next(kind for of, kind in KINDS if isinstance(field, of))
