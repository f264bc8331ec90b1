"""OWASP ASVS 2.1: what may be typed and how much, as docs/limits.md says it, is what the code goes by."""

import ast
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType

from core import text
from core.operations.files import CONTACTS, SAFE_CONTACTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "limits.md"
USUAL = {"line": text.LONGEST_LINE, "text": text.LONGEST_TEXT}
Field = tuple[str, str, str, int]


def _value(module: ModuleType, node: ast.expr) -> int:
    """What a number in the source is: itself, a name of the module, or one of another."""
    found: object = module
    for name in [] if isinstance(node, ast.Constant) else ast.unparse(node).split("."):
        found = getattr(found, name)
    return int(str(node.value if isinstance(node, ast.Constant) else found))


def _fields() -> set[Field]:
    """Every text that an operation checks: of which noun, its field, of which kind, how many signs at most."""
    found = set()
    for path in sorted((ROOT / "core" / "operations").glob("*.py")):
        module = import_module(f"core.operations.{path.stem}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            kind = re.fullmatch(r"(?:texts?\.)?(line|text)", ast.unparse(node.func))
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if kind is None or "field" not in given:
                continue
            field = given["field"].value if isinstance(given["field"], ast.Constant) else "each"
            if ast.unparse(given.get("longest", ast.Constant(0))) == "longest":
                continue  # the contacts of a person, each with a length of its own
            longest = _value(module, given["longest"]) if "longest" in given else USUAL[kind[1]]
            found.add((path.stem, str(field), kind[1], longest))
    return found | {("files", name, "line", longest) for name, longest in (CONTACTS | SAFE_CONTACTS).items()}


def page_rows() -> list[str]:
    """The rows of the table, to be put into the page anew."""
    return [f"| {noun} | {field} | {kind} | {longest} |" for noun, field, kind, longest in sorted(_fields())]


def test_the_page_names_every_text_with_its_longest() -> None:
    page = PAGE.read_text(encoding="utf-8")

    rows = re.findall(r"^\| [a-z0-9_]+ \| [a-z0-9_]+ \| (?:line|text) \| \d+ \|$", page, re.MULTILINE)

    assert len(rows) > 60
    assert rows == page_rows()


def _said_as(found: object) -> set[str]:
    """A number, or a time in the units that people count in."""
    if not isinstance(found, timedelta):
        return {str(found)}
    seconds = int(found.total_seconds())
    return {str(seconds // unit) for unit in (1, 60, 3600, 86_400) if seconds % unit == 0}


def test_the_page_says_the_numbers_of_the_code() -> None:
    said = re.findall(
        r"^\|.*\| ([\d ]+)[^|]*\| `([\w.]+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert len(said) > 25
    for number, name in said:
        where, _, what = name.rpartition(".")
        assert number.replace(" ", "") in _said_as(getattr(import_module(where), what)), name
