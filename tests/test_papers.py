"""The papers for those who must trust the program name tests and chapters that are there, and count their rows rightly."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAPERS = ("asvs.md", "threat-model.md", "data-protection.md")
STANDS = ("shown", "open", "not applicable")
#: Items of levels 1 and 2 in ASVS 5.0.
ITEMS = 253


def _lines(name: str) -> list[str]:
    return (DOCS / name).read_text(encoding="utf-8").splitlines()


def _rows() -> list[list[str]]:
    """The rows of the standard: item, level, kind, about, stands, by."""
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in _lines("asvs.md")]
    return [cells for cells in found if re.fullmatch(r"\d+\.\d+\.\d+", cells[0])]


def _anchor(heading: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _headings(path: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("paper", PAPERS)
def test_each_test_that_a_paper_names_is_there(paper: str) -> None:
    for line in _lines(paper):
        files = [ROOT / name for name in re.findall(r"`(tests/[\w/]+\.py)`", line)]
        assert [path for path in files if not path.exists()] == [], line
        sources = "".join(path.read_text(encoding="utf-8") for path in files)
        named = re.findall(r"`(test_\w+)`", line)
        assert [name for name in named if f"def {name}(" not in sources] == [], line


@pytest.mark.parametrize("paper", [*PAPERS, "guide.md", "install.md", "audit.md", "../README.md"])
def test_each_page_and_chapter_that_a_paper_leads_to_is_there(paper: str) -> None:
    here = DOCS / paper
    for target, chapter in re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", here.read_text(encoding="utf-8")
    ):
        path = here.parent / target if target else here
        assert path.exists(), target
        if chapter:
            assert chapter in {_anchor(heading) for heading in _headings(path)}, (target, chapter)


def test_each_chapter_that_shows_an_item_is_there() -> None:
    for cells in _rows():
        for target, chapter in re.findall(r"\]\(([\w-]+\.md)\), \*([^*]+)\*", cells[-1]):
            assert [found for found in _headings(DOCS / target) if found.startswith(chapter)], cells[0]


def test_the_counts_of_the_standard_are_those_of_its_rows() -> None:
    rows = _rows()
    counted = Counter(cells[4] for cells in rows)
    said = dict(re.findall(r"^- \*\*(.+): (\d+)\*\*$", "\n".join(_lines("asvs.md")), re.MULTILINE))

    assert {name.lower(): int(number) for name, number in said.items()} == {
        stand: counted[stand] for stand in STANDS
    }
    assert set(counted) <= set(STANDS)
    assert len({cells[0] for cells in rows}) == len(rows) == ITEMS


def test_a_row_of_the_standard_says_what_shows_it_or_why_not() -> None:
    for item, level, kind, about, stands, by in _rows():
        assert level in {"1", "2"}, item
        assert about, item
        assert by, item
        assert (kind == "N") == (stands == "not applicable"), item
        if stands == "shown":
            assert "`tests/" in by or ".md)" in by, item
