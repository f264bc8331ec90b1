"""python -m core keys rotate | move | new-passphrase: new keys for what lies sealed, and where the keys themselves lie."""

from pathlib import Path
from typing import Annotated

import typer

from core import key_holders, rotation, store
from core.key_holders import asking, moving
from core.locale import Words
from core.sealing import BrokenSealError
from core.settings import KeysIn, settings

app = typer.Typer(no_args_is_help=True, help="Looks after the keys.")


@app.callback()
def keys() -> None:
    """Looks after the keys."""


@app.command()
def rotate() -> None:
    """Seal everything with new keys and destroy the old ones; begun again, it goes on where it was stopped."""
    t = Words(settings().language)
    opened = store.open_installed()
    try:
        done = rotation.rotate(opened)
    except (rotation.StillNeededError, BrokenSealError):
        typer.echo(t("keys.not_rotated"), err=True)
        raise typer.Exit(1) from None
    except rotation.OtherCipherError:
        typer.echo(t("keys.other_cipher", cipher=settings().cipher), err=True)
        raise typer.Exit(1) from None
    finally:
        opened.engine.dispose()
    figures = {name: t.number(getattr(done, name)) for name in ("anew", "values", "destroyed")}
    typer.echo(t("keys.rotated", **figures))


@app.command()
def move(
    to: Annotated[KeysIn, typer.Option(help="Where all keys of the home folder shall lie.")],
) -> None:
    """Let the keys lie elsewhere; begun again, it goes on where it was stopped."""
    t, home = Words(settings().language), settings().home.absolute()
    typer.echo(t(f"keys.moved.{to}", count=t.number(moving.move(home, to)), folder=home))


@app.command()
def new_passphrase(
    file: Annotated[
        Path | None, typer.Option("--from", help="The file that holds the new one; else it is typed twice.")
    ] = None,
) -> None:
    """Put the keys under another passphrase."""
    t = Words(settings().language)
    held = key_holders.under_passphrase(settings().home.absolute())
    held.names()  # with the passphrase of now, before a new one is thought of
    held.put_under(asking.new(file))
    typer.echo(t("keys.passphrase_changed"))
