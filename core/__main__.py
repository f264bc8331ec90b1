"""The command line: python -m core migrate | rescue | backup | restore | read-in | demo | check | bench | audit | keys."""

import sys
from typing import Annotated

import typer

from core import audit_commands, backup_commands, first_start, key_commands, moving_commands, starting, store
from core.content import check as content
from core.errors import ContentError
from core.operations import accounts

if first_start.has_example():
    from core.demo import commands as example_commands

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
if first_start.has_example():
    example_commands.add_to(app)


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


if __name__ == "__main__":
    app()
