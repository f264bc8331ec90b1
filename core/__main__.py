"""The command line: python -m core migrate | rescue | backup | restore | read-in | demo | check | bench | audit | keys."""

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from core import audit_commands, backup_commands, demo, key_commands, moving_commands, starting, store
from core.content import check as content
from core.errors import ContentError
from core.operations import accounts
from core.settings import settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def begin() -> None:
    """Looks after a Concord installation."""
    starting.leave_no_core_dumps()


app.add_typer(audit_commands.app, name="audit")
app.add_typer(key_commands.app, name="keys")
app.command()(backup_commands.backup)
app.command()(backup_commands.restore)
app.command()(backup_commands.new_backup_key)
app.command()(moving_commands.read_in)


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    store.open_default().engine.dispose()


@app.command()
def check() -> None:
    """Read every content file and say what is in it; a mistake is named with its file and line."""
    try:
        for line in content.check_all():
            print(line)
    except ContentError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


@app.command()
def rescue(
    name: Annotated[str, typer.Argument(help="The name that the administrator signs in with.")],
) -> None:
    """Let an administrator in who lost telephone and recovery codes, where nobody else can."""
    opened = store.open_installed()
    with opened.writing.begin() as db:
        made = accounts.rescue(db, name)
    opened.engine.dispose()
    if made is None:
        print("No administrator signs in with this name.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"Code for {made.username}, once, for a day: {made.code}")


@app.command(name="demo")
def write_demo(
    to: Annotated[Path, typer.Option(help="The file of the example database.")],
    cases: Annotated[int, typer.Option(help="How many fictional cases around the story.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same cases.")] = 1,
) -> None:
    """Write an example database: the story of one case, and fictional cases around it."""
    if to.exists():
        print(f"{to} exists already; choose another file.", file=sys.stderr)
        raise typer.Exit(1)
    opened = store.open_store(f"sqlite:///{to}", settings().key_file, is_example=True)
    demo.ensure(opened)
    demo.generate(opened, cases=cases, seed=seed, tell=lambda number: _tell(number, cases))
    opened.engine.dispose()


def _tell(number: int, cases: int) -> None:
    """How far the example is: a line for each hundred cases, beside what a pipe reads."""
    if number == cases or (number and number % 100 == 0):
        print(f"{number} of {cases} cases", file=sys.stderr, flush=True)


@app.command()
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


if __name__ == "__main__":
    app()
