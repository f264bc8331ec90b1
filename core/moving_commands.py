"""python -m core read-in: a service that left another installation begins here with all that it took along."""

from pathlib import Path
from typing import Annotated

import typer

from core import store
from core.locale import Words
from core.moving import reading
from core.settings import settings


def read_in(
    file: Annotated[
        Path, typer.Argument(help="The file that a service took along from another installation.")
    ],
) -> None:
    """Read all of one service into a database in which nobody is entered yet."""
    t = Words(settings().language)
    passphrase = typer.prompt(t("moving.ask_passphrase"), hide_input=True)
    opened = store.open_default()
    try:
        with opened.writing.begin() as db:
            taken = reading.read(db, file, passphrase=passphrase)
    except reading.UnreadableError as error:
        typer.echo(t(f"moving.unreadable.{error.why}"), err=True)
        raise typer.Exit(1) from None
    finally:
        opened.engine.dispose()
    typer.echo(
        t(
            "moving.read_in",
            service=taken.service,
            records=t.number(taken.records),
            papers=t.number(taken.papers),
        )
    )
