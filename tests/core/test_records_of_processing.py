"""The record of processing that the documents print is the one that the program goes by."""

import subprocess
import sys
from pathlib import Path

from core import data_classes, records_of_processing
from core.content import retention
from core.data_classes import CLASSES, KINDS

PAGE = Path(__file__).parents[2] / "docs" / "records.md"


def test_the_printed_record_is_the_one_that_the_program_goes_by() -> None:
    assert PAGE.read_text(encoding="utf-8") == records_of_processing.as_markdown()


def test_the_command_prints_the_page() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "core.records_of_processing"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=PAGE.parents[1],
    )

    assert made.stdout == PAGE.read_text(encoding="utf-8")


def test_every_text_has_a_class_with_a_meaning_and_stands_in_a_part() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert {klass for held in CLASSES.values() for klass in held.values()} == set(KINDS) - {"C3"}
    assert all(retention.load().of_table(table) for table in data_classes.columns())
    assert all(f"| {table} |" in page for table in data_classes.columns())
