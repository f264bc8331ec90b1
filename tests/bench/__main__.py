"""`python -m core bench`: builds the load, measures, prints tables."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("CONCORD_HOME", tempfile.mkdtemp(prefix="concord-bench-"))

from core import demo, sign_in
from core.settings import settings
from pages.ui import stores
from tests.bench import browser, documents, targets
from tests.bench.pages import Bench


def _token(username: str) -> str:
    """A live session of a person of the load."""
    store = stores.real()
    with store.writing.begin() as db:
        persona = next(found for found in demo.personas(db) if found.key == username)
        token = sign_in.begin(db, sign_in.issue_ticket_for(db, persona.person_id))
    return stores.letter(store) + str(token)


def _load(cases: int) -> None:
    stores.close_all()
    for file in settings().home.glob("concord.db*"):
        file.unlink()
    store = stores.real()
    demo.ensure(store)
    demo.generate(store, cases=cases, seed=1)


def _table(title: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    print(f"\n## {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(
            "| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row) + " |"
        )


def _pages(cases: int) -> None:
    small: dict[str, float] = {}
    for size in (22, cases):
        _load(size)
        rows = []
        for person, page, ids in targets.pages(stores.real()):
            bench = Bench(_token(person))
            row = bench.page(page, ids, with_floor=size == cases).row()
            bench.close()
            if size == cases:
                growth = row["cpu"] / small[page] if small.get(page) else 0.0
                rows.append(
                    (page, row["cpu"], row["cpu95"], row["wall"], row["wall95"], row["floor"], row["cpu"] / row["floor"],
                     growth, row["statements"], row["messages"])
                )  # fmt: skip
            else:
                small[page] = row["cpu"]
        if size == cases:
            head = (
                "page",
                "CPU ms",
                "p95",
                "wall ms",
                "p95",
                "floor CPU",
                "times floor",
                "times 22 cases",
                "statements",
                "messages",
            )
            _table(f"Pages with {cases} cases", head, rows)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2200)
    parser.add_argument("--only", choices=("pages", "documents", "browser"))
    chosen = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    try:
        if chosen.only in {None, "pages"}:
            _pages(chosen.cases)
        else:
            _load(chosen.cases)
        if chosen.only in {None, "documents"}:
            _table("Word documents", ("document", "median ms", "p95 ms", "kB"), documents.rows())
        if chosen.only in {None, "browser"}:
            stores.close_all()
            for title, head, rows in browser.tables(settings().home):
                _table(title, head, rows)
    finally:
        stores.close_all()
        shutil.rmtree(Path(os.environ["CONCORD_HOME"]), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
