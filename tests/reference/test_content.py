"""What the pages of the reference say, of every section and every call."""

import re
from html import unescape
from typing import Any
from urllib.parse import urldefrag

import pytest

from closum.api.routes import table
from closum.app import route_table
from closum.reference import guides, samples
from closum.reference.sections import Section
from closum.resources import RESOURCES
from tests.reference.shown import ID, of_document, pages, section, text
from tests.support.running import FENCE

SECTIONS = [
    "Introduction",
    "Authentication",
    "Querystring Parameters",
    "Find",
    "Writes",
    "Leads",
    "Cities",
    "Emails",
    "Phones",
    "Export",
    "Bin",
    "Health",
    "Errors",
]
CALLS = [route for route in table(RESOURCES) if route.operation]
COMMON = {"413", "414", "431", "500", "503"}
EVERY = "\n".join(pages().values())
each = pytest.mark.parametrize


def of_call(operation_id: str) -> str:
    (found,) = [
        page
        for page in pages().values()
        if f'<section class="part" tabindex="-1" id="{operation_id}"' in page
    ]
    return section(found, operation_id)


def test_the_sections_are_the_published_ones() -> None:
    for page in pages().values():
        names = re.findall(r'data-tag="[^"]+"[^>]*>([^<]+)</a>', page)
        assert [name for name in names if name in SECTIONS] == SECTIONS
    for name, property_name in (("Lead", "custom_data"), ("Email", "status"), ("Phone", "is_valid")):
        page = pages()[f"/docs/{name.lower()}s"]
        assert f'<h2 id="{name}-Properties">{name} Properties</h2>' in page
        assert (
            f'<td role="cell">{property_name}</td>'
            in page.partition(f'"{name}-Properties"')[2].partition("<section")[0]
        )


def test_every_call_is_on_one_page_with_what_it_takes_and_in_the_list_of_all() -> None:
    for route in CALLS:
        operation = route.operation
        assert operation
        shown = of_call(operation.id)
        assert operation.summary in text(shown)
        assert f"<code>{route.path}</code>" in shown
        (linked,) = re.findall(rf'<a href="(/docs[\w/-]*)#{operation.id}"><code>', pages()["/docs"])
        assert f'id="{operation.id}"' in pages()[linked]
        sent = route.resource.body_names if route.resource and route.verb in ("create", "update") else ()
        names = {*operation.query, *sent, *(one.name for one in operation.fields)}
        assert {name for name in names if "<" not in name and name not in shown} == set()


def test_a_page_has_no_id_twice_and_every_link_leads_to_a_place() -> None:
    ids = {path: ID.findall(page) for path, page in pages().items()}
    assert {path for path, found in ids.items() if len(found) != len({*found})} == set()
    public = {route.path for route in route_table() if route.method == "GET"}
    for path, page in pages().items():
        for link in map(unescape, re.findall(r'href="([^"]+)"', page)):
            address, place = urldefrag(link)
            if address in ("", *ids):
                assert not place or place in ids[address or path], (path, link)
            else:
                assert address in public or address.startswith(("/static/", "https://www.rfc-editor.org/"))


def test_a_browser_is_sent_to_no_other_host() -> None:
    for page in pages().values():
        for element in re.findall(r"<(?:link|script|img|iframe|form|source|video|audio|embed)[^>]*>", page):
            (address,) = re.findall(r' (?:href|src|action)="([^"]+)"', element)
            assert re.match(r"/\w", address), element


def test_every_sample_is_shown_in_all_languages_and_none_else() -> None:
    shown = [
        unescape(one)
        for one in re.findall(r'<div data-in="(?:shell|ruby|python)" .*?<code>(.*?)</code>', EVERY, re.DOTALL)
    ]
    expected = [one["source"] for several in samples.samples(CALLS).values() for one in several]
    of_prose = [source for source in shown if source not in expected]
    assert sorted(one for one in shown if one in expected) == sorted(expected)
    of_guides = sum(len(FENCE.findall(guides.source(name))) for name in guides.NAMES)
    assert len(of_prose) == 3 * 5 + of_guides  # of the parameters, of Find, of Writes, of Imports, of Changes
    others = {"json", "html", "php", "csv", "terminal"}
    assert set(re.findall(r'data-in="(\w+)"', EVERY)) == {"shell", "ruby", "python", *others}


def test_samples_call_what_the_script_puts_the_address_of_the_server_for() -> None:
    for page in pages().values():
        assert f'data-origin="{samples.ORIGIN}"' in page
        called = re.findall(
            r"https?://[^/\s\"'<&]+", "".join(re.findall("<code>.*?</code>", page, re.DOTALL))
        )
        assert {*called} <= {samples.ORIGIN}
    assert samples.ORIGIN in text(section(pages()["/docs"], "Introduction"))


@each("operation", ["createLead", "updateLead"])
def test_nested_bodies_are_open(operation: str) -> None:
    body = of_call(operation).partition("<h3>Body</h3>")[2].partition("<h3>")[0]
    assert "<details" not in body
    for name in ("email.id", "email.email", "phone.id", "phone.extension", "phone.number"):
        assert f"<code>{name}</code>" in body
    assert body.count("alone, it links that record") == 2


def test_errors_of_every_call_have_no_examples_where_others_say_more() -> None:
    create = of_call("createLead")
    examples = {*re.findall(r"<summary>Answer (\d+)", create)}
    assert {"201", "200", "422"} < examples
    assert not COMMON & examples
    meanings = {*re.findall(r'<td role="cell"><b class="mark">(\d+)</b>', create)}
    assert COMMON | {"422"} < meanings
    assert "<summary>Answer 503" in of_call("ready")


def test_what_fits_all_properties_is_said_once() -> None:
    parameters = of_call("listLeads").partition("<h3>Parameters</h3>")[2].partition("<h3>")[0]
    assert parameters.count("Only records whose") == 1
    assert "<code>utm_source</code> <code>utm_medium</code>" in parameters


def test_landmarks_headings_and_links_have_names() -> None:
    for path, page in pages().items():
        assert '<nav class="nav" id="nav" popover aria-label="Sections">' in page
        assert page.count("<main") == page.count("<h1") == page.count('role="search"') == 1, path
        named = re.findall(r'<section [^>]*aria-labelledby="([^"]+)"', page)
        assert {*named} <= {*ID.findall(page)}
        levels = [int(one) for one in re.findall(r"<h([1-6])", page)]
        assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False)), path


def test_a_guide_has_a_page_a_place_in_the_menu_and_is_found() -> None:
    text = "First:\n\n```php\n<?php echo 1;\n```\n\nSee [Errors](#tag/Errors).\n\n```shell\na\n```\n```ruby\nb\n```\n"
    document: dict[str, Any] = {
        "tags": [{"name": name, "description": "It is."} for name in ("Introduction", "Errors")],
        "paths": {},
    }
    shown = of_document(document, [Section("Capture leads", "/docs/guide/form", text)])
    page = shown["/docs/guide/form"]
    assert '<p class="label">Guides</p>' in page
    assert page.count('<div class="part">') == 2
    assert '<p class="label">PHP</p><pre><code>&lt;?php echo 1;' in page
    assert '<a href="/docs/errors">Errors</a>' in page
    assert page.count('role="tab"') == 2
    assert '<a href="/docs/guide/form" data-tag="Capture-leads">' in shown["/docs"]
    assert '<li><a href="/docs/guide/form">Capture leads</a>' in shown["/docs"]
    assert '"Capture leads"' in shown["/docs/search.json"]
