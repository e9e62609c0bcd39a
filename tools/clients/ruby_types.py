"""Types of values, as the comments of the Ruby client have them."""

from closum.model.body_fields import Array, Object
from closum.model.fields import Document, Field, Flag, Integer, Timestamp
from closum.model.moments import Moment
from closum.model.user_fields import Users


def kind(field: Field) -> tuple[str, str]:
    """Its type in Ruby, and the function of Read for it."""
    match field:
        case Timestamp():
            return "Time", "time"
        case Flag():
            return "Boolean", "flag"
        case Integer():
            return "Integer", "value"
        case Users():
            return "Array<Integer>", "value"
    return "String", "value"


def taken(field: Field) -> str:
    """What an argument may be."""
    name = _taken(field)
    return name if field.needed else f"{name}, nil"


def _taken(field: Field) -> str:
    match field:
        case Document():
            return "String, Hash, Array"
        case Object():
            return "Hash"
        case Array(of=inner):
            return f"Array<{_taken(inner)}>"
        case Moment(takes_now=now):
            return "Time, Date, String, Boolean" if now else "Time, Date, String"
    return kind(field)[0]
