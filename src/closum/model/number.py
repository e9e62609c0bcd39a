"""Phone numbers: the country of a dialling prefix, E.164, and whether a number is valid."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

_PREFIX = re.compile(r"(?:\+|00)?([1-9][0-9]{0,2})")
_GAPS = str.maketrans("", "", " -")
_KINDS = "fixed_line mobile toll_free premium_rate shared_cost personal_number voip pager uan voicemail"


@lru_cache(maxsize=256)
def prefix(extension: str) -> int | None:
    """Country calling code of a dialling prefix (`001`, `00351`, `+351`, `351`), None when it is none."""
    match = _PREFIX.fullmatch(extension)
    return int(match[1]) if match and int(match[1]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE else None


@lru_cache(maxsize=256)
def parse(extension: str, number: str) -> tuple[str, int]:
    """Key and validity of any two texts. An extension that is no prefix counts as 0.

    The key is E.164, or calling code, colon, letters and digits where the number cannot be read (`351:abc`);
    validity is 1 when the number is valid and has the calling code of its extension, else 0.
    """
    code, digits = prefix(extension) or 0, number.translate(_GAPS)
    if code and len(number) <= 32 and _plain(code).fullmatch(digits):
        return f"+{code}{digits}", 1
    return _parse(code, number)


def international(text: str) -> str | None:
    """E.164 of a number given whole (`+351 912 345 678`, `00351…`), valid or not; None for anything else."""
    whole = re.sub(r"\A00", "+", text.strip())
    phone = _read(whole, None) if whole.startswith("+") else None
    return _e164(phone) if phone else None


def _parse(code: int, number: str) -> tuple[str, int]:
    """What `parse` answers, by the library alone: the first valid reading with that code, else the best."""
    best: tuple[bool, ...] = ()
    key = _unread_key(code, number)
    for text, region in _readings(code, number):
        if phone := _read(text, region):
            rank = phonenumbers.is_valid_number(phone), phone.country_code == code
            if rank > best:
                best, key = rank, _e164(phone)
            if all(best):
                return key, 1
    return key, 0


def _readings(code: int, number: str) -> Iterator[tuple[str, str | None]]:
    """Ways to read a number, each with the region to read it in."""
    number = number.strip()
    if number.startswith("00"):  # typed for + in all countries, also where something else is dialled
        yield f"+{number[2:]}", None
    region = phonenumbers.region_code_for_country_code(code)
    if region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        yield number, region
    else:  # the library reads no national numbers there
        yield number if number.startswith("+") else f"+{code}{number}", None


def _read(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(phone: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)


def _unread_key(code: int, number: str) -> str:
    return f"{code}:{''.join(c for c in number.casefold() if unicodedata.category(c)[0] in 'LMN')}"


@cache
def _plain(code: int) -> re.Pattern[str]:
    """Matches ASCII digits that the library strips nothing from and calls valid in one of the regions."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    plans = [p for r in regions if (p := PhoneMetadata.metadata_for_region_or_calling_code(code, r))]
    valid = "(?!)"
    for plan in reversed(plans):
        kinds = "|".join(_pattern(getattr(plan, kind)) for kind in _KINDS.split())
        own, lead = f"(?={_pattern(plan.general_desc)})(?:{kinds})", plan.leading_digits
        valid = f"(?={lead}){own}|(?!{lead})(?:{valid})" if lead else f"{own}|{valid}"
    stripped = (plans[0].international_prefix, plans[0].national_prefix_for_parsing)
    unstripped = "".join(f"(?!{start})" for start in stripped if start)
    return re.compile(f"{unstripped}(?={_pattern(plans[0].general_desc)})(?:{valid})")


def _pattern(desc: PhoneNumberDesc | None) -> str:
    """Matches what the library finds to match a description: its pattern, in its lengths."""
    if desc is None or not desc.national_number_pattern:
        return "(?!)"
    lengths = "|".join(f"[0-9]{{{length}}}" for length in desc.possible_length if length > 0)
    return rf"(?=(?:{lengths})\Z)(?:{desc.national_number_pattern})\Z"
