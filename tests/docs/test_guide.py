"""Whoever follows CONTRIBUTING.md has a new resource, or a new verb, which the tests of every resource accept."""

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
)


def test_the_guide_leads_to_a_resource_with_green_tests(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.add_resource()
    made = copy.python("-m", "tools.generate")
    assert made.returncode == 0, made.stdout + made.stderr
    for name in (
        "clients/python/src/closum_client/resources/note.py",
        "clients/ruby/lib/closum/generated/note.rb",
    ):
        assert (tmp_path / name).exists()
    assert 'Reference("lead_id", "lead", "name")' in (
        tmp_path / "clients/python/src/closum_client/resources/note.py"
    ).read_text(encoding="utf-8")
    again = copy.python("-m", "tools.generate", "--check")
    assert again.returncode == 0, again.stdout
    options = ("-q", "-p", "no:xdist", "-k", "note", f"--basetemp={tmp_path / 'temporary'}")
    tested = copy.python("-m", "pytest", *options, *OF_EVERY_RESOURCE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    assert "failed" not in tested.stdout


OF_EVERY_ROUTE = (
    "tests/api/test_lead.py",
    "tests/contract/test_route_walk.py",
    "tests/contract/test_unknown_parameters.py",
    "tests/contract/test_openapi.py",
    "tests/reference/test_samples.py",
)
OF_THE_TABLE = "move or known or every_status or described or valid"


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


SAMPLES = """
from closum.app import route_table
from closum.reference.samples import samples

print(samples(route_table())["POST /api/lead/{id}/move"])
"""
