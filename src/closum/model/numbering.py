"""Numbering plans: what the library's metadata say of a calling code, as patterns of ASCII digits."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

_KINDS = "fixed_line mobile toll_free premium_rate shared_cost personal_number voip pager uan voicemail"
_LEAST_SHARED = 3  # digits of an area that the main region has as well
_ONE_DIGIT = re.compile(r"(\{[^}]*\})|\\d|\[[^\]]*\]|[0-9]")


def calling_code(digits: str) -> int | None:
    """The calling code that a number without its + begins with."""
    for length in (1, 2, 3):
        code = int(digits[:length] or "0")
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE and not digits.startswith("0"):
            return code
    return None


class Plain(NamedTuple):
    """How valid numbers of a calling code are written in digits alone.

    `pattern` matches them, with `+` or `00` and the code before them, the digits that are dialled within the country
    (`trunk`), or nothing; its group `national` is what E.164 has behind the code. No number has fewer than `least` digits.
    """

    pattern: re.Pattern[str]
    least: int


@cache
def plain(code: int) -> Plain:
    """Of a calling code: what is read as the library reads it."""
    plans = _plans(code)
    # What the library makes of fewer digits by a rule of its own may have more.
    lengths = [0] if plans[0].national_prefix_transform_rule else map(_shortest, plans)
    return Plain(re.compile(f"{_start(code, plans[0])}(?P<national>{_national(plans)})"), min(lengths))


def _start(code: int, plan: PhoneMetadata) -> str:
    """Matches what may come before a national number: nothing where the code is that of no country."""
    if plan.id == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return ""
    abroad, trunk = plan.international_prefix, _trunk(plan)
    dialled = rf"(?:(?:\+|00){code}|{f'(?!{abroad})' if abroad else ''})"
    return f"{dialled}(?:{trunk})?" if trunk else dialled


def _trunk(plan: PhoneMetadata) -> str:
    """Digits before a national number that are always stripped, and are no part of a rule that makes others of them."""
    found = re.match(r"([0-9]+)(?:\||\Z)", plan.national_prefix_for_parsing or "")
    return found[1] if found else ""


def _national(plans: list[PhoneMetadata]) -> str:
    """Matches digits that the library strips nothing from and calls valid in one of the regions of a code."""
    valid = "(?!)"
    for plan in reversed(plans):
        kinds = "|".join(_pattern(kind) for kind in _kinds(plan))
        own, lead = f"(?={_pattern(plan.general_desc)})(?:{kinds})", plan.leading_digits
        valid = f"(?={lead}){own}|(?!{lead})(?:{valid})" if lead else f"{own}|{valid}"
    stripped = (plans[0].international_prefix, plans[0].national_prefix_for_parsing)
    unstripped = "".join(f"(?!{start})" for start in stripped if start)
    return f"{unstripped}(?={_pattern(plans[0].general_desc)})(?:{valid})"


@lru_cache(maxsize=256)
def is_area(code: int, digits: str) -> bool:
    """Whether a plan gives leading digits to another region than the main one of its code: 242 of 1, 1481 of 44."""
    main, *others = _plans(code)
    return any(_has_area(plan, main, digits) for plan in others)


def _has_area(plan: PhoneMetadata, main: PhoneMetadata, digits: str) -> bool:
    if len(digits) >= _shortest(plan):
        return False
    if plan.leading_digits:
        return re.match(plan.leading_digits, digits) is not None
    shared = {kind.national_number_pattern for kind in _kinds(main)}
    own = [kind for kind in _kinds(plan) if kind.national_number_pattern not in shared]
    if not any(_can_begin(kind, digits) for kind in own):
        return False
    return len(digits) >= _LEAST_SHARED or not any(_can_begin(kind, digits) for kind in _kinds(main))


def _shortest(plan: PhoneMetadata) -> int:
    lengths = plan.general_desc.possible_length if plan.general_desc else ()
    return min(length for length in lengths if length > 0)


def _can_begin(kind: PhoneNumberDesc, digits: str) -> bool:
    """Whether numbers of a kind begin with these digits: each digit of the pattern may be there or be past the end."""
    whole = kind.national_number_pattern or ""
    pattern = _ONE_DIGIT.sub(lambda found: found[1] or rf"(?:{found[0]}|\Z)", whole)
    return re.fullmatch(pattern, digits) is not None


def _plans(code: int) -> list[PhoneMetadata]:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    plans = (PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions)
    return [plan for plan in plans if plan]


def _kinds(plan: PhoneMetadata) -> Iterator[PhoneNumberDesc]:
    """Descriptions of the kinds of numbers that a region has."""
    for name in _KINDS.split():
        kind = getattr(plan, name)
        if kind is not None and kind.national_number_pattern:
            yield kind


def _pattern(desc: PhoneNumberDesc | None) -> str:
    """Matches what the library finds to match a description: its pattern, in its lengths."""
    if desc is None or not desc.national_number_pattern:
        return "(?!)"
    lengths = "|".join(f"[0-9]{{{length}}}" for length in desc.possible_length if length > 0)
    return rf"(?=(?:{lengths})\Z)(?:{desc.national_number_pattern})\Z"
