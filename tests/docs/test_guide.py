"""Whoever follows CONTRIBUTING.md has a new resource, a new verb, or a new page, which the tests of every resource accept."""

from pathlib import Path

from tests.support.guide import Copy

OF_EVERY_RESOURCE = (
    "tests/resources",
    "tests/contract/test_route_walk.py",
    "tests/contract/test_if_match.py",
    "tests/contract/test_ignored_properties.py",
    "tests/contract/test_openapi.py",
    "tests/store/test_schema.py",
    "tests/store/test_tally.py",
    "tests/web/test_words.py",
    "tests/web/test_page_routes.py",
)


def test_the_guide_leads_to_a_resource_with_green_tests(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.add_resource()
    made = copy.python("-m", "tools.generate")
    assert made.returncode == 0, made.stdout + made.stderr
    for name in (
        "clients/python/src/closum_client/resources/visit.py",
        "clients/ruby/lib/closum/generated/visit.rb",
    ):
        assert (tmp_path / name).exists()
    assert 'Reference("lead_id", "lead", "name")' in (
        tmp_path / "clients/python/src/closum_client/resources/visit.py"
    ).read_text(encoding="utf-8")
    again = copy.python("-m", "tools.generate", "--check")
    assert again.returncode == 0, again.stdout
    options = ("-q", "-p", "no:xdist", "-k", "visit", f"--basetemp={tmp_path / 'temporary'}")
    tested = copy.python("-m", "pytest", *options, *OF_EVERY_RESOURCE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    assert "failed" not in tested.stdout


OF_EVERY_ROUTE = (
    "tests/api/test_move.py",
    "tests/contract/test_route_walk.py",
    "tests/contract/test_unknown_parameters.py",
    "tests/contract/test_openapi.py",
    "tests/reference/test_samples.py",
)
OF_THE_TABLE = "move or moves or is_known or every_status or described or it_is_valid"


def test_the_guide_leads_to_a_verb_with_green_tests(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.add_verb()
    made = copy.python("-m", "tools.generate")
    assert made.returncode == 0, made.stdout + made.stderr
    again = copy.python("-m", "tools.generate", "--check")
    assert again.returncode == 0, again.stdout
    shown = copy.python("-m", "closum", "lead", "move", "--help")
    assert "--city-id" in shown.stdout, shown.stderr
    assert "--if-match" in shown.stdout
    assert "client.leads.move(1, city_id=1)" in copy.python("-c", SAMPLES).stdout
    options = ("-q", "-p", "no:xdist", "-k", OF_THE_TABLE, f"--basetemp={tmp_path / 'temporary'}")
    tested = copy.python("-m", "pytest", *options, *OF_EVERY_ROUTE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "failed" not in tested.stdout


def test_the_guide_leads_to_a_page_with_green_tests(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.add_page()
    made = copy.python("-m", "tools.generate")
    assert made.returncode == 0, made.stdout + made.stderr
    again = copy.python("-m", "tools.generate", "--check")
    assert again.returncode == 0, again.stdout
    assert "/newest.csv" in copy.python("-m", "closum", "routes").stdout
    options = ("-q", "-p", "no:xdist", "-k", OF_PAGES, f"--basetemp={tmp_path / 'temporary'}")
    tested = copy.python("-m", "pytest", *options, *OF_EVERY_PAGE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "failed" not in tested.stdout


OF_EVERY_PAGE = (
    "tests/web/test_newest.py",
    "tests/cli/test_about.py",
    "tests/contract/test_pages.py",
    "tests/contract/test_openapi.py",
    "tests/contract/test_new_verb.py",
    "tests/docs/test_architecture_page.py",
    "tests/test_architecture.py",
)
OF_PAGES = "newest or route_table or does_not_have or without_rights or picture or web or importing"


SAMPLES = """
from closum.app import route_table
from closum.reference.samples import samples

print(samples(route_table())["POST /api/lead/{id}/move"])
"""
