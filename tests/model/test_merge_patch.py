"""Documents that are merged, and that fill what another one lacks."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closum.model import merge_patch
from closum.model.document import DocumentError

each = pytest.mark.parametrize
FULL = '{"a":null,"b":"","c":false,"d":0,"e":[],"f":{}}'

leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=9,
)
objects = st.dictionaries(st.sampled_from("abc"), values)


def reference(target: Any, patch: Any) -> Any:
    """The pseudocode of RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    if not isinstance(target, dict):
        target = {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = reference(target.get(name), value)
    return target


@given(values, objects)
@settings(max_examples=300)
def test_it_merges_as_the_standard_says(present: Any, patch: Any) -> None:
    text = json.dumps(present)
    assert json.loads(merge_patch.patched(text, patch)) == reference(json.loads(text), patch)


@given(values, objects)
def test_merged_twice_it_is_as_merged_once(present: Any, patch: Any) -> None:
    once = merge_patch.patched(json.dumps(present), patch)
    assert merge_patch.patched(once, patch) == once


def test_the_patch_and_the_present_are_left_alone() -> None:
    patch = {"a": {"b": None, "c": {"d": 1}}}
    assert merge_patch.patched('{"a":{"b":1,"e":2}}', patch) == '{"a":{"e":2,"c":{"d":1}}}'
    assert patch == {"a": {"b": None, "c": {"d": 1}}}


@each(
    ("present", "other", "result"),
    [
        (None, '{ "a": 1 }', '{ "a": 1 }'),
        ('{ "a": 1 }', None, '{ "a": 1 }'),
        (None, None, None),
        ('{ "a": 1.50 }', '{"a":2}', '{ "a": 1.50 }'),
        ('{"a":1.50}', '{"b":2e1,"a":3}', '{"a":1.50,"b":2e1}'),
        (FULL, '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', FULL.replace("null", "1").replace('""', "2")),
        ('{"a":{"x":1}}', '{"a":{"x":2,"y":3},"b":{"z":4}}', '{"a":{"x":1,"y":3},"b":{"z":4}}'),
        ('{"a":{}}', '{"a":{"x":null,"y":""}}', '{"a":{}}'),
        ("[1]", '{"a":1}', "[1]"),
        ("null", '{"a":1}', '{"a":1}'),
        ('""', "[1]", "[1]"),
        ('{"a":1}', "[2]", '{"a":1}'),
    ],
)
def test_what_is_missing_is_filled(present: str | None, other: str | None, result: str | None) -> None:
    assert merge_patch.filled(present, other) == result


def test_the_limits_of_a_document_hold() -> None:
    present = json.dumps({f"a{n}": n for n in range(600)})
    with pytest.raises(DocumentError, match="1000 keys"):
        merge_patch.patched(present, {f"b{n}": n for n in range(600)})
    with pytest.raises(DocumentError, match="1000 keys"):
        merge_patch.filled(present, json.dumps({f"b{n}": n for n in range(600)}))
