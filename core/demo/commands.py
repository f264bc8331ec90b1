"""The commands for who tries Concord out or works on it: write an example of any size, and measure."""

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from core import demo, store
from core.settings import ROOT, settings


def add_to(app: typer.Typer) -> None:
    """Offer those of them whose code is there."""
    app.command(name="demo")(write_demo)
    if (ROOT / "tests" / "bench" / "__main__.py").exists():
        app.command()(bench)


def write_demo(
    to: Annotated[Path, typer.Option(help="The file of the example database.")],
    cases: Annotated[int, typer.Option(help="How many fictional cases around the story.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same cases.")] = 1,
) -> None:
    """Write an example database: the story of one case, and fictional cases around it."""
    if to.exists():
        typer.echo(f"{to} exists already; choose another file.", err=True)
        raise typer.Exit(1)
    opened = store.open_store(f"sqlite:///{to}", settings().key_file, is_example=True)
    demo.ensure(opened)
    demo.generate(opened, cases=cases, seed=seed, tell=lambda number: _tell(number, cases))
    opened.engine.dispose()


def _tell(number: int, cases: int) -> None:
    """How far the example is: a line for each hundred cases, beside what a pipe reads."""
    if number == cases or (number and number % 100 == 0):
        typer.echo(f"{number} of {cases} cases", err=True)


def bench(
    cases: Annotated[int, typer.Option(help="The size of the load.")] = 2200,
    into: Annotated[Path | None, typer.Option(help="Keep the figures in this file.")] = None,
    page: Annotated[
        list[str] | None, typer.Option(help="Measure this page alone; may be said again.")
    ] = None,
) -> None:
    """Measure pages, documents, start and memory under load, and print tables."""
    kept = [] if into is None else ["--into", str(into)]
    alone = ["--only", "pages", "--pages", *page] if page else []
    sys.argv = ["bench", "--cases", str(cases), *kept, *alone]
    # In this process: who ends it ends the measuring too, and what that started.
    runpy.run_module("tests.bench", run_name="__main__")
