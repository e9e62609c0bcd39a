"""What an assignment rule is called, which has no name: by the leads that it holds for, and whom they go to."""

from closum.model.relations import Row
from closum.model.user_fields import listed
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY
from closum.web.records.facts import USER, Named
from closum.web.words import Words


def holds_for(rule: Row, named: Named, words: Words) -> str:
    """`New leads · Lisboa · source fair`."""
    parts = [words.rule_new]
    if list_id := rule["audience_list_id"]:
        parts = [words.rule_list.format(list=named.get((AUDIENCE_LIST.name, list_id), list_id))]
    if city := rule["city_id"]:
        parts.append(named.get((CITY.name, city), str(city)))
    if source := rule["source"]:
        parts.append(words.rule_source.format(source=source))
    return " · ".join(parts)


def called(rule: Row, named: Named, words: Words) -> str:
    """`New leads · Lisboa → Ana, Rui`."""
    users = ", ".join(named.get((USER, one), str(one)) for one in listed(rule["user_ids"]))
    return f"{holds_for(rule, named, words)} → {users or words.nobody}"
