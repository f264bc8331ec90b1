"""Tests that share a long preparation go to one worker, and every other test to whoever is free."""

from pathlib import Path

from tests.scheduling import TOGETHER, Together

ROOT = Path(__file__).parent.parent


def scope(nodeid: str) -> str:
    return Together._split_scope(object.__new__(Together), nodeid)


def test_what_is_prepared_for_a_whole_file_or_folder_is_one_piece_of_work() -> None:
    for begin in TOGETHER:
        path = ROOT / begin
        assert path.exists(), begin
        inside = f"{begin}test_a.py" if path.is_dir() else begin
        assert {scope(f"{inside}::test_one[sqlite]"), scope(f"{inside}::test_two")} == {begin}
        files = path.rglob("*.py") if path.is_dir() else [path]
        assert any('scope="module"' in one.read_text(encoding="utf-8") for one in files), begin


def test_any_other_test_is_a_piece_of_work_of_its_own() -> None:
    ids = ["tests/core/test_today.py::test_a[sqlite]", "tests/core/test_today.py::test_a[postgresql]"]

    assert [scope(one) for one in ids] == ids
