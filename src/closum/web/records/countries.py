"""The calling codes of all countries, as a form offers them."""

from functools import cache

import phonenumbers
from markupsafe import Markup

from closum.model import number
from closum.model.text import sort_key
from closum.web.words import Words


def name(code: str | None, words: Words) -> str:
    """What a country is called, by two letters of ISO 3166; "" for none."""
    key = f"country.{code}"
    return "" if code is None else words(key) if key in words else code


@cache
def named(words: Words) -> list[tuple[str, str]]:
    """The code and the name of each country, by the name."""
    found = ((code, name(code, words)) for code in phonenumbers.SUPPORTED_REGIONS)
    return sorted(found, key=lambda one: sort_key(one[1]) or "")


def prefix_of(country: str | None) -> str:
    """The dialling prefix of a country, such as `00351`; "" for none."""
    code = phonenumbers.country_code_for_region(country) if country else 0
    return f"00{code}" if code else ""


def called(prefix: str, words: Words) -> str:
    """A dialling prefix for people: `Portugal +351`."""
    found = number.dialling(prefix)
    if found is None:
        return prefix
    country = number.country(f"{found.code}:")
    return f"{name(country, words)} +{found.code}{f' {found.area}' if found.area else ''}".strip()


@cache
def options(words: Words) -> Markup:
    """An option for each country, by its name."""
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    found = [
        (name(region, words), code)
        for code, regions in codes.items()
        for region in regions
        if region != "001"
    ]
    found.sort(key=lambda one: sort_key(one[0]) or "")
    one = Markup('<option value="00{1}">{0} +{1}</option>')
    return Markup("").join(one.format(*each) for each in found)


def lengths(country: str) -> list[int]:
    """How many digits the numbers of a country have, without its calling code."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if metadata is None or metadata.general_desc is None:
        return []
    return [one for one in metadata.general_desc.possible_length if one > 0]
