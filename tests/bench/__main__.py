"""`python -m core bench`: builds the load, measures, prints tables."""

import argparse
import gc
import logging
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core import demo, sign_in
from core.settings import settings
from pages.ui import stores
from tests.bench import browser, crowd, documents, guards, targets
from tests.bench.openings import OPENINGS
from tests.bench.pages import LOOKS, Bench, Figures
from tests.bench.report import Report

FEW = 22
#: What a page should keep to; a page that does not is named under the table.
MOST_CPU, MOST_TIMES_FLOOR, MOST_GROWTH, MOST_CLICK, MOST_GUARDS = 40.0, 2.0, 1.3, 100.0, 30.0


def _session(username: str) -> str:
    """A live session of a person of the load."""
    store = stores.real()
    with store.writing.begin() as db:
        persona = next(found for found in demo.personas(db) if found.key == username)
        entered = sign_in.begin(db, sign_in.issue_ticket_for(db, persona.person_id))
        assert entered is not None
    return stores.session_of(stores.letter(store) + entered.token)


def _load(cases: int) -> None:
    stores.close_all()
    for file in settings().home.glob("concord.db*"):
        file.unlink()
    store = stores.real()
    demo.ensure(store)
    demo.generate(store, cases=cases, seed=1)
    # The served program has no such heap, which a collection looks through in a second, in the middle of some page.
    gc.collect()
    gc.freeze()


def _measured(cases: int, wanted: Sequence[str], looks: int) -> dict[str, Figures]:
    _load(cases)
    found = {}
    for person, page, ids in targets.pages(stores.real(), wanted):
        bench = Bench(_session(person))
        found[page] = bench.page(page, ids, looks)
        bench.close()
    return found


def _pages(report: Report, cases: int, wanted: Sequence[str]) -> None:
    few, many = _measured(FEW, wanted, looks=0), _measured(cases, wanted, LOOKS)
    rows = [
        (page, one.middle, one.late, one.wall_middle, one.floor, one.middle / one.floor, one.operations, one.database,
         one.middle / few[page].middle, one.floor / few[page].floor, one.statements, few[page].statements, one.messages)
        for page, one in many.items()
    ]  # fmt: skip
    head = (
        "page", "CPU", "p95", "wall", "floor", "times floor", "operations", "database",
        f"times {FEW} cases", "floor times", "statements", f"with {FEW}", "messages",
    )  # fmt: skip
    report.table(f"Pages with {cases} cases", head, rows)
    report.say("")
    _above(report, f"{MOST_CPU:.0f} ms of processor time", [row[0] for row in rows if row[1] > MOST_CPU])
    _above(
        report,
        f"{MOST_TIMES_FLOOR:.0f} times the floor",
        [row[0] for row in rows if row[5] > MOST_TIMES_FLOOR],
    )
    _above(
        report,
        f"{MOST_GROWTH} times the time with {FEW} cases",
        [row[0] for row in rows if row[8] > MOST_GROWTH],
    )
    _above(report, f"the statements with {FEW} cases", [row[0] for row in rows if row[10] > row[11]])
    _guards(report, many)


def _guards(report: Report, figures: dict[str, Figures]) -> None:
    shares = {
        page: [guards.share(one.guards, name) for name in guards.GUARDS] for page, one in figures.items()
    }
    rows = [(page, *each, sum(each), figures[page].guards[guards.ALL]) for page, each in shares.items()]
    title = "What the guards of a page take of its time, in percent"
    report.table(title, ("page", *guards.GUARDS, "together", "looks"), rows)
    report.say("")
    above = [page for page, each in shares.items() if sum(each) > MOST_GUARDS]
    _above(report, f"{MOST_GUARDS:.0f} % for the guards", above)


def _above(report: Report, limit: str, names: list[str]) -> None:
    report.say(f"- Above {limit}: {', '.join(names) or 'no page'}.")


def _browser(report: Report, wanted: Sequence[str]) -> None:
    stores.close_all()
    for title, head, rows in browser.tables(settings().home, wanted):
        report.table(title, head, rows)
        if head[0] == "page":
            report.say("")
            _above(report, f"{MOST_CLICK:.0f} ms", [row[0] for row in rows if row[1] > MOST_CLICK])


def _end(*_: Any) -> None:
    """Leave by the way on which the served program is ended and the load removed."""
    raise SystemExit(1)


def _move_in() -> None:
    """Take a home of its own, whatever the environment names: what is measured is written over and removed."""
    for name in [name for name in os.environ if name.startswith("CONCORD_") and name != "CONCORD_CHROMIUM"]:
        del os.environ[name]
    os.environ["CONCORD_HOME"] = tempfile.mkdtemp(prefix="concord-bench-")
    settings.cache_clear()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2200)
    parser.add_argument("--only", choices=("pages", "documents", "crowd", "browser"))
    parser.add_argument("--into", type=Path, help="keep the figures in this file, where all were measured")
    parser.add_argument("--pages", nargs="+", choices=OPENINGS, default=(), help="these alone")
    chosen = parser.parse_args()
    _move_in()
    for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):
        signal.signal(getattr(signal, name), _end)
    logging.disable(logging.WARNING)  # Streamlit's, of being run outside its own server
    report = Report()
    report.say(
        "# Figures",
        "",
        f"Measured with `make bench` on {os.cpu_count()} cores ({platform.machine()}, "
        f"Python {platform.python_version()}), {chosen.cases} cases of which one worker holds about a sixth. "
        "Milliseconds unless said. Load of the machine at the start: "
        f"{os.getloadavg()[0]:.1f}.",
    )
    try:
        if chosen.only in {None, "pages"}:
            _pages(report, chosen.cases, chosen.pages)
        elif chosen.only in {"browser", "crowd"}:
            _load(chosen.cases)
        if chosen.only in {None, "documents"}:
            report.table("Word documents", ("document", "CPU", "p95", "wall", "kB"), documents.rows())
        if chosen.only in {None, "crowd"} and not chosen.pages:
            report.table("A page while others make Word documents", crowd.HEAD, crowd.rows(_session))
        if chosen.only in {None, "browser"}:
            _browser(report, chosen.pages)
        if chosen.into and chosen.only is None and not chosen.pages:
            report.keep(chosen.into)
    finally:
        stores.close_all()
        shutil.rmtree(Path(os.environ["CONCORD_HOME"]), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
