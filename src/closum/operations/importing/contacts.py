"""The e-mail address and the phone number of a row: which of those in its cells are the lead's, and what becomes of others."""

from closum.errors import BrokenRule
from closum.model import address
from closum.model.number import agreeing
from closum.model.relations import Row
from closum.operations.importing import cells, countries
from closum.operations.importing.cells import BrokenCell, Number
from closum.operations.importing.headings import COUNTRY, EMAIL, EXTENSION, PHONE
from closum.operations.importing.reading import Places, Reading
from closum.resources import email, phone

_ADDRESS = next(field for field in email.EMAIL.fields if field.name == "email")
_PREFIX, _NUMBER = (
    next(field for field in phone.PHONE.fields if field.name == name) for name in ("extension", "number")
)

# What `derive` gives of them, in a third of the time.
(_ADDRESS_KEYS,), (_NUMBER_KEYS,) = (one.derived for one in (email.EMAIL, phone.PHONE))
_address_keys, _number_keys = _ADDRESS_KEYS.make, _NUMBER_KEYS.make


class Addresses:
    """Reads the address of each row; `is_whole` says that a cell is one address, however it looks."""

    def __init__(self, places: Places, is_whole: bool) -> None:
        self._headings, self._places, self._is_whole = places.headings, places.of(EMAIL), is_whole

    def of(self, row: Reading) -> Row | None:
        """The values of the address's record, derived ones included; None where there is none, or a fault is noted."""
        filled = [place for place in self._places if row.cells[place]]
        if not filled:
            return None
        try:
            if len(filled) == 1:
                return _address(row.cells[filled[0]])
        except BrokenRule as broken:
            if self._is_whole:
                row.blame(filled[0], EMAIL, broken)
                return None
        return self._first(row, filled)

    def _first(self, row: Reading, filled: list[int]) -> Row | None:
        """The first valid address; all the others, each once, are kept."""
        found, seen = None, set[str]()
        try:
            parts = [(place, text) for place in filled for text in cells.addresses(row.cells[place])]
        except BrokenRule as broken:
            row.blame(filled[0], EMAIL, broken)
            return None
        for place, text in parts:
            key = _key(text)
            if found is None and key:
                found = text
            elif (key or text) not in seen:
                row.keep(self._headings[place], text)
            seen.add(key or text)
        if found is None:
            self._blame(row, filled[0], parts)
            return None
        return _address(found)

    def _blame(self, row: Reading, place: int, parts: list[tuple[int, str]]) -> None:
        try:
            _address(parts[0][1] if parts else row.cells[place])
        except BrokenRule as broken:
            row.blame(place, EMAIL, broken)


def _key(text: str) -> str | None:
    try:
        return address.address_key(text)
    except ValueError:
        return None


def _address(text: str) -> Row:
    """Raises BrokenRule."""
    text = _ADDRESS.parse(text)
    key, sort, domain = _address_keys(text)
    return {"email": text, "email_key": key, "email_sort": sort, "domain": domain}


class Numbers:
    """Reads the number of each row.

    `extension` is the prefix of numbers that have none where the row does not say its country; `is_whole` says that a cell
    beside a prefix is one number, however it looks.
    """

    def __init__(self, places: Places, extension: str | None, is_whole: bool) -> None:
        self._headings, self._places, self._is_whole = places.headings, places.of(PHONE), is_whole
        self._extension, self._prefix, self._country = extension, places.one(EXTENSION), places.one(COUNTRY)

    def of(self, row: Reading) -> Row | None:
        """The values of the number's record, derived ones included; None where there is none, or a fault is noted."""
        filled = [place for place in self._places if row.cells[place]]
        if not filled:
            return None
        place, text = filled[0], row.cells[filled[0]]
        try:
            if self._is_whole and self._has_own_prefix(row) and not cells.is_damaged(text):
                return self._values(row, place, ("", text))
            if len(filled) == 1 and (plain := cells.plain_number(text)):
                return self._values(row, place, plain)
            if len(filled) > 1 or cells.has_several_numbers(text):
                place, text = self._first(row, filled)
            return self._values(row, place, cells.number(text))
        except BrokenRule as broken:
            row.blame(place, PHONE, broken)
            return None

    def _first(self, row: Reading, filled: list[int]) -> tuple[int, str]:
        """The first part with a digit, where there is one; all others are kept."""
        parts = [(place, text) for place in filled for text in cells.numbers(row.cells[place])]
        if not parts:
            raise BrokenCell("_number")
        chosen = next((part for part in parts if cells.has_digit(part[1])), parts[0])
        parts.remove(chosen)
        for place, text in parts:
            row.keep(self._headings[place], text)
        return chosen

    def _values(self, row: Reading, place: int, found: Number) -> Row | None:
        prefix, text = found
        extension = prefix or self._given(row, place)
        if not extension:
            return None
        number = _NUMBER.parse(text)
        extension = agreeing(extension, number)
        key, is_valid, sort, country, shown = _number_keys(extension, number)
        return {
            "extension": extension,
            "number": number,
            "number_key": key,
            "is_valid": is_valid,
            "number_sort": sort,
            "country": country,
            "number_shown": shown,
        }

    def _given(self, row: Reading, place: int) -> str | None:
        """The prefix of a number that has none, by the row, else by the import; a fault is noted where nothing tells."""
        if self._has_own_prefix(row):
            return self._own_prefix(row)
        if self._country >= 0 and (name := row.cells[self._country]):
            if (found := countries.extension(name)) is None:
                row.blame(self._country, COUNTRY, BrokenCell("_country"))
            return found
        if self._extension is None:
            row.blame(place, EXTENSION, BrokenCell("_required"))
        return self._extension

    def _has_own_prefix(self, row: Reading) -> bool:
        return self._prefix >= 0 and row.cells[self._prefix] != ""

    def _own_prefix(self, row: Reading) -> str | None:
        try:
            prefix: str | None = _PREFIX.parse(row.cells[self._prefix])
        except BrokenRule as broken:
            row.blame(self._prefix, EXTENSION, broken)
            return None
        return prefix
