"""What an assignment rule is called, which has no name: by the leads that it holds for, and whom they go to."""

from collections.abc import Mapping
from typing import Any

from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY
from closum.web.named import USER, Named, wanted
from closum.web.words import Words


def holds_for(rule: Mapping[str, Any], named: Named, words: Words) -> str:
    """`New leads, Lisboa, source fair`."""
    parts = [words.rule_new]
    if list_id := rule["audience_list_id"]:
        parts = [words.rule_list.format(list=named.get((AUDIENCE_LIST.name, list_id), list_id))]
    if city := rule["city_id"]:
        parts.append(named.get((CITY.name, city), str(city)))
    if source := rule["source"]:
        parts.append(words.rule_source.format(source=source))
    return ", ".join(parts)


def called(rule: Mapping[str, Any], named: Named, words: Words) -> str:
    """`New leads, Lisboa → Ana, Rui`."""
    keys = (one for one in wanted(ASSIGNMENT_RULE, rule) if one[0] == USER)
    users = ", ".join(named.get(one, str(one[1])) for one in keys)
    return f"{holds_for(rule, named, words)} → {users or words.nobody}"
