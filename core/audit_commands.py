"""python -m core audit verify | anchor | copy | new-key | clock-is-right: is the log whole, and what becomes of it."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from core import anchors, chain, log_clock, log_copies, log_keys, store
from core.db import LOG_KEY
from core.locale import Words
from core.log_keys import HashName
from core.models import Event, EventKind
from core.settings import settings

app = typer.Typer(no_args_is_help=True, help="Checks the log and writes down where it ends.")


@app.command()
def verify(
    anchor: Annotated[
        Path | None,
        typer.Option(help="An anchor that was kept elsewhere; beside those that the server keeps."),
    ] = None,
    copy: Annotated[
        Path | None,
        typer.Option(help="A copy of its lines that was kept elsewhere, as `audit copy` makes it."),
    ] = None,
) -> None:
    """Read the whole log, check every row, and name the first that is wrong."""
    t = Words(settings().language)
    opened = store.open_installed()
    try:
        with opened.reading.begin() as db:
            key = chain.key_of(db)
            torn = anchors.torn(settings().anchor_folders)
            seen = anchors.kept(settings().anchor_folders, key)
            if anchor is not None:
                given = anchors.read(anchor, key)
                seen[given.count] = given.head
            lines = {} if copy is None else log_copies.seen(copy)
            report, begin = chain.verify(db, key, seen | lines), chain.start(db).count
    except anchors.BadAnchorError as error:
        typer.echo(t("audit.bad_anchor", file=str(error)), err=True)
        raise typer.Exit(1) from None
    except log_copies.BadCopyError as error:
        typer.echo(t("audit.bad_copy", file=copy, line=str(error)), err=True)
        raise typer.Exit(1) from None
    finally:
        opened.engine.dispose()
    for file in torn:
        typer.echo(t("audit.torn_anchor", file=file), err=True)
    if report.wrong is not None:
        typer.echo(t(f"audit.wrong.{report.wrong}", seq=report.seq), err=True)
        raise typer.Exit(1)
    if not report.count:
        typer.echo(t("audit.empty"), err=True)
        raise typer.Exit(1)
    typer.echo(t("audit.whole", count=report.count - begin, anchors=len(seen), head=report.head))
    if copy is not None:
        typer.echo(t.count("audit.whole_copy", len(lines), file=copy))
    if begin:
        typer.echo(t("audit.begins", seq=begin + 1))
    if torn:
        raise typer.Exit(1)


@app.command(name="anchor")
def write_anchor(to: Annotated[Path, typer.Option(help="A file that is not there yet.")]) -> None:
    """Write down how long the log is and its last code, to be kept outside this machine."""
    t = Words(settings().language)
    if to.exists():
        typer.echo(t("audit.anchor_exists", file=to), err=True)
        raise typer.Exit(1)
    opened = store.open_installed()
    with opened.reading.begin() as db:
        end = anchors.write(db, to)
    opened.engine.dispose()
    typer.echo(t("audit.anchored", count=end.count, head=end.head))


@app.command(name="copy")
def copy_lines(
    into: Annotated[
        Path, typer.Option(help="The file that something of the machine hands on, line by line.")
    ],
) -> None:
    """Add to a file the rows of the log that are not in it yet: ids and key words, no names."""
    t = Words(settings().language)
    opened = store.open_installed()
    try:
        with opened.reading.begin() as db:
            count = log_copies.append(db, into)
    except log_copies.BadCopyError:
        typer.echo(t("audit.copy_ends_otherwise", file=into), err=True)
        raise typer.Exit(1) from None
    finally:
        opened.engine.dispose()
    typer.echo(t.count("audit.copied", count, file=into))


@app.command()
def new_key(
    hash_name: Annotated[
        HashName, typer.Option("--hash", help="The hash that the codes are made with.")
    ] = "sha256",
) -> None:
    """Give the log a new key, for another hash too, while people work; the rows before stay as they are."""
    t = Words(settings().language)
    opened = store.open_installed()
    with opened.writing.begin() as db:
        # From here on nobody else writes; the first row with the new key tells it to every program that does.
        keys = chain.key_of(db)
        log_keys.add(settings().key_file.with_name(LOG_KEY), hash_name)
        keys.read_again()
        db.add(Event(kind=EventKind.ADMINISTRATION, subject="log_key", subject_id=uuid4(), act="renew"))
        db.flush()
        seq = chain.head(db).count
    opened.engine.dispose()
    typer.echo(t("audit.key_renewed", hash=hash_name, seq=seq))


@app.command()
def clock_is_right() -> None:
    """Start again where the clock was wrong before and is right now; it stands in the log."""
    t = Words(settings().language)
    opened = store.open_installed()
    with opened.writing.begin() as db:
        last = log_clock.ahead(db) or log_clock.leapt(db)
        if last is not None:
            log_clock.say_right(db)
    opened.engine.dispose()
    typer.echo(t("audit.clock_fits") if last is None else t("audit.clock_said", last=t.moment(last)))
