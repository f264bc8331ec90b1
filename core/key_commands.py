"""python -m core keys rotate: new keys for everything that lies sealed, while people work."""

import typer

from core import rotation, store
from core.locale import Words
from core.sealing import BrokenSealError
from core.settings import settings

app = typer.Typer(no_args_is_help=True, help="Looks after the keys of what lies sealed in the database.")


@app.callback()
def keys() -> None:
    """Looks after the keys of what lies sealed in the database."""


@app.command()
def rotate() -> None:
    """Seal everything with new keys and destroy the old ones; begun again, it goes on where it was stopped."""
    t = Words(settings().language)
    opened = store.open_default()
    try:
        done = rotation.rotate(opened)
    except (rotation.StillNeededError, BrokenSealError):
        typer.echo(t("keys.not_rotated"), err=True)
        raise typer.Exit(1) from None
    finally:
        opened.engine.dispose()
    figures = {name: t.number(getattr(done, name)) for name in ("anew", "values", "destroyed")}
    typer.echo(t("keys.rotated", **figures))
