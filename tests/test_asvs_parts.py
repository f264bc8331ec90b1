"""OWASP ASVS 15: the list of all parts is the one that is installed (docs/parts.json)."""

import json
import re
from importlib.metadata import packages_distributions, version
from pathlib import Path

from scripts import parts

ROOT = Path(__file__).resolve().parent.parent


def _name(typed: str) -> str:
    return re.sub(r"[-_.]+", "-", typed).lower()


def test_the_list_of_parts_is_that_of_the_locked_versions() -> None:
    listed = json.loads(parts.PAGE.read_text(encoding="utf-8"))

    assert parts.PAGE.read_text(encoding="utf-8") == parts.page(), "run scripts/parts.py"
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    assert len(listed["components"]) > 40
    assert all(re.fullmatch(r"pkg:pypi/[a-z0-9._-]+@\S+", part["purl"]) for part in listed["components"])


def test_every_part_has_a_hash_and_comes_from_the_one_index() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        source = (ROOT / name).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[A-Za-z0-9])", source.strip())

        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
        assert not re.search(r"https?://|git\+|--index-url|--extra-index-url|--find-links|file:", source)


def test_everything_that_the_program_imports_is_in_the_list_in_the_version_that_runs() -> None:
    listed: dict[str, set[str]] = {}
    for name, locked, _where in parts.locked():
        listed.setdefault(_name(name), set()).add(locked)
    imported = {
        found.split(".")[0]
        for folder in ("core", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for found in re.findall(
            r"^\s*(?:from|import) ([\w.]+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    of_packages = packages_distributions()
    needed = {
        _name(of_packages[name][0])
        for name in imported
        if name in of_packages and name not in {"core", "pages"}
    }

    assert len(needed) > 15
    assert needed - listed.keys() == set()
    assert [name for name in needed if version(name) not in listed[name]] == []


def test_no_part_of_the_tests_is_a_part_of_the_program() -> None:
    names = {_name(name) for name, _, _ in parts.locked()}

    assert (
        names & {"pytest", "playwright", "hypothesis", "ruff", "mypy", "uv", "time-machine", "pytest-xdist"}
        == set()
    )
