"""The cells of a spreadsheet as text."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from closum.formats.text import LONGEST, TOO_LONG
from closum.formats.xlsx_package import Dates
from closum.formats.xlsx_strings import Strings, text_of, unescaped

NOT_CALCULATED = "#N/A"
"""What a formula shows whose value the file does not have."""

_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a spreadsheet knows no zones
_LEAP_DAY = 60  # 29 February 1900, which never was
_MIDNIGHT = time()
_KNOWN_DIGITS = Context(prec=15)
_LARGEST_EXPONENT = 20


class Cells:
    """Makes texts of cells; `namespace` is that of the sheet, in braces."""

    def __init__(self, namespace: str, strings: Strings, dates: Dates) -> None:
        self._value, self._formula, self._inline = (f"{namespace}{name}" for name in ("v", "f", "is"))
        self._strings, self._dates = strings, dates
        self._readers: dict[str, Callable[[str], str]] = {
            "s": lambda value: strings[int(value)],
            "b": lambda value: "true" if value.strip() in ("1", "true") else "false",
            "d": _iso_date,
            "n": number_text,
        }

    def text(self, cell: Element) -> str:
        """Raises ValueError or IndexError for a value that the file does not have."""
        kind, value, is_formula = cell.get("t", "n"), "", False
        for child in cell:
            if child.tag == self._value:
                value = child.text or ""
            elif child.tag == self._inline:
                value = text_of(child)
            elif child.tag == self._formula:
                is_formula = True
        if not value:
            return NOT_CALCULATED if is_formula and kind != "str" else ""
        if len(value) > LONGEST:
            return TOO_LONG
        if kind == "n" and cell.get("s") in self._dates.styles:
            return date_text(value, is_1904=self._dates.is_1904)
        return self._readers.get(kind, unescaped)(value)


def number_text(value: str) -> str:
    """A number in the shortest way and without an exponent: `912345678` for `9.12345678E8`. Raises ValueError for none.

    Whole numbers keep every digit that is written; of others, spreadsheets know 15.
    """
    if value.isdecimal():
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(value)
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        return value
    text = format(
        number if number == number.to_integral_value() else _KNOWN_DIGITS.create_decimal(number), "f"
    )
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(value: str, *, is_1904: bool) -> str:
    """A number of days as `2025-04-25`, `2025-04-25T10:00:00`, or `10:00:00` for less than one. Raises ValueError for none.

    What is no day before the year 10000 stays a number.
    """
    days = float(value)
    try:
        since = timedelta(seconds=round(days * 86_400))
        if 0 <= days < 1:
            return (_EPOCH + since).time().isoformat()
        moment = (_EPOCH_1904 if is_1904 else _EPOCH) + since
    except (OverflowError, ValueError):
        return number_text(value)
    if days < 0:
        return number_text(value)
    return _moment(moment + timedelta(days=1) if days < _LEAP_DAY and not is_1904 else moment)


def _iso_date(value: str) -> str:
    try:
        return _moment(datetime.fromisoformat(value))
    except ValueError:
        return value


def _moment(moment: datetime) -> str:
    return moment.date().isoformat() if moment.time() == _MIDNIGHT else moment.isoformat(timespec="seconds")
