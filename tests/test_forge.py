"""What the forge and git run or show: the workflow, the hook before a commit, the templates."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(file for file in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if file.stem != "config")
ELEMENTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def read(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def steps(workflow: Any) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_ci_runs_what_anybody_can_run() -> None:
    workflow = read(ROOT / ".github/workflows/ci.yml")
    assert set(workflow["on"]) == {"push", "pull_request"}
    assert [step["run"] for step in steps(workflow) if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_has_few_rights_and_pinned_actions(file: Path) -> None:
    """A tag can be moved to other code, a commit cannot."""
    workflow = read(file)
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", name)] == []
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert "secrets." not in file.read_text(encoding="utf-8")


def test_the_hook_before_a_commit_calls_a_target_that_exists() -> None:
    config = read(ROOT / ".pre-commit-config.yaml")
    (repository,) = config["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local"  # nothing is downloaded
    assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("system", False, True)
    program, target = hook["entry"].split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert (program, target) == ("make", "check")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "pre-commit install" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_there_are_forms_for_a_bug_and_for_a_feature() -> None:
    assert [file.stem for file in FORMS] == ["bug", "feature"]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.name)
def test_a_form_is_one_that_the_forge_can_show(file: Path) -> None:
    form = read(file)
    assert all(isinstance(form[key], str) and form[key] for key in ("name", "description"))
    assert {element["type"] for element in form["body"]} <= ELEMENTS
    asked = [element for element in form["body"] if element["type"] != "markdown"]
    ids = [element["id"] for element in asked]
    assert len(set(ids)) == len(ids)
    assert all(element["attributes"]["label"] for element in asked)
    assert any(element.get("validations", {}).get("required") for element in asked)
    for element in form["body"]:
        if element["type"] in ("dropdown", "checkboxes"):
            assert element["attributes"]["options"]
        if element["type"] == "dropdown":  # YAML has other words for true and none
            assert all(isinstance(option, str) for option in element["attributes"]["options"])


@pytest.mark.parametrize("file", sorted((ROOT / ".github").rglob("*.*")), ids=lambda file: file.name)
def test_files_that_templates_name_exist(file: Path) -> None:
    named = re.findall(r"\b(?:[\w-]+/)*[\w.-]+\.md\b|\bdocs/[\w/]+", file.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_pull_request_is_asked_for_what_contributing_asks() -> None:
    text = (ROOT / ".github/PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    for needed in ("make test", "CHANGELOG.md", "docs/adr", "real leads"):
        assert needed in text
