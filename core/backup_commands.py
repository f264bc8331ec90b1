"""python -m core backup | restore | new-backup-key: copies that are kept elsewhere, and each of them tried."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from core import backups, chain, clock, key_file, log_clock, lost_periods, store, taken_back, tombstones
from core.backups import BackupError, keys, records
from core.backups.manifest import Manifest
from core.db import LOG_KEY
from core.locale import Words
from core.settings import require_safe_server, settings

#: The disk is full, or the folder is not for writing.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS, errno.ENOTDIR}

Key = Annotated[
    Path | None,
    typer.Option(
        "--key", help="The file with the key that opens backups; else backup.key of the home folder."
    ),
]


def backup(
    file: Annotated[Path | None, typer.Argument(help="With --verify: the backup, else the newest.")] = None,
    to: Annotated[Path | None, typer.Option(help="The folder that backups are written to.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Restore a backup once, to see if it is whole.")
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Days after which backups of ours in this folder are removed, once a newer one was restored.",
        ),
    ] = None,
    key: Key = None,
    *,
    from_now_on: Annotated[
        bool,
        typer.Option(
            "--from-now-on", help="The database or the key is another than at the last backup; that is meant."
        ),
    ] = False,
) -> None:
    """Write one sealed file that holds everything, while people work; it counts only when it was restored once."""
    with _plainly() as t:
        if verify:
            _verify(t, file, key)
        elif to is None:
            raise BackupError("where")
        else:
            last = _make(t, to, may_differ=from_now_on)
            if last is not None and keep is not None:
                # By a clock that runs ahead every good backup would be an old one.
                typer.echo(t("audit.clock_leapt", last=t.moment(last), now=t.moment(clock.now())), err=True)
            elif keep is not None:
                went = records.remove_old(settings().home, to, keep)
                typer.echo(t("backup.removed", count=t.number(went), days=t.number(keep)))


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    to: Annotated[Path, typer.Option(help="A new home folder.")],
    database: Annotated[
        str, typer.Option(help="postgresql://… of an empty database, for a backup of PostgreSQL.")
    ] = "",
    key: Key = None,
) -> None:
    """Restore a backup into a new home folder; everything is checked before anything is there."""
    with _plainly() as t:
        _require_safe(database)
        url = database.replace("postgresql://", "postgresql+psycopg://", 1)
        identity, old = keys.read(key or settings().backup_key_file), settings().home / LOG_KEY
        made = backups.restore(file, identity, home=to, database=url, log_key=old)
        records.carry(settings().home, to)
        records.add(to, file, made)
        lost_periods.restored(settings().anchor_folder, home=to, made_at=made.made_at)
        found = _again(to, url)
        if found.unread:
            typer.echo(t("backup.unread_erased", files=", ".join(found.unread), folder=to))
        elif not found.is_any:
            typer.echo(t("backup.nothing_erased", at=f"{t.moment(made.made_at)} UTC", folder=to))
        if found.closed is None:
            typer.echo(t("backup.nothing_taken_back", at=f"{t.moment(made.made_at)} UTC", folder=to))
        else:
            typer.echo(t("backup.closed_again", count=found.closed))
        typer.echo(t("backup.restored", folder=to, **_figures(t, made)))


def _require_safe(database: str) -> None:
    if not database:
        return
    if not database.startswith("postgresql://"):
        raise BackupError("no_server")
    try:
        require_safe_server(database)
    except ValueError as error:
        raise BackupError("unsafe_server", said=error) from None


@dataclass(frozen=True)
class _Found:
    """What was found of what was erased, and how much was closed again; None: nothing says what was taken back."""

    is_any: bool
    unread: list[str]
    closed: int | None


def _again(home: Path, url: str) -> _Found:
    """What was erased since the copy was made does not come back with it, and what was taken back is not open."""
    folder, kept = home / tombstones.FOLDER, settings().erased_folders
    restored = store.open_store(url or f"sqlite:///{home / 'concord.db'}", home / "database.key")
    try:
        with restored.reading.begin() as db:
            key = chain.key_of(db)
        for each in kept:
            tombstones.carry(each, folder, key)
        tombstones.settle(restored, folder)
        is_known = taken_back.carry(settings().taken_back_folders, home / taken_back.FOLDER, key)
        closed = taken_back.settle(restored, home / taken_back.FOLDER)
    finally:
        restored.engine.dispose()
    unread = tombstones.unread(key, folder, *kept)
    return _Found(any(folder.glob("*.json")), unread, closed if is_known else None)


def new_backup_key(to: Annotated[Path, typer.Option(help="A file that is not there yet.")]) -> None:
    """Make a key that opens backups, to be kept away from this machine."""
    with _plainly() as t:
        if to.exists():
            raise BackupError("exists", file=to)
        made = keys.new(to)
        typer.echo(t("backup.key_written", file=to, public=made.to_public()))


def _make(t: Words, to: Path, *, may_differ: bool) -> datetime | None:
    """Make one; returns since when the clock may run ahead."""
    chosen = settings()
    # First: where it does not open, no key is made, and none is mailed by a nightly job.
    opened = store.open_installed()
    try:
        sealing = _sealing(may_differ=may_differ)
        if sealing.made is not None:
            typer.echo(t("backup.key_made", file=chosen.backup_key_file, secret=sealing.made))
        made = backups.make(opened, chosen.home, to, sealing.recipient)
        with opened.reading.begin() as db:
            last = log_clock.leapt(db)
    finally:
        opened.engine.dispose()
    typer.echo(t("backup.made", file=made.file, **_figures(t, made.manifest)))
    return last


def _sealing(*, may_differ: bool) -> keys.Sealing:
    """To whom the next backup is sealed.

    Raises BackupError where the settings lead to another database or key than the last time, and nobody meant that.
    """
    chosen = settings()
    newest, last = records.newest(chosen.home), records.last_made(chosen.home)
    now = records.database_name(make_url(chosen.database_url), chosen.home)
    if may_differ:
        newest = last = None
    if last is not None and last.database != now:
        raise BackupError("other_database", before=last.database, now=now)
    sealed_to = last.sealed_to if last else ""
    return keys.sealing(chosen.backup_key, chosen.backup_key_file, is_first=newest is None, last=sealed_to)


def _verify(t: Words, file: Path | None, key: Path | None) -> None:
    home = settings().home
    last = records.newest(home)
    if file is None and last is None:
        raise BackupError("none_yet")
    chosen = file or (last.file if last else Path())
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = keys.read(key or settings().backup_key_file)
    opened = None if settings().is_sqlite else store.open_default()
    try:
        said = backups.verify(chosen, identity, beside=home, server=opened.engine if opened else None)
    finally:
        if opened is not None:
            opened.engine.dispose()
    if key_file.exists(home / LOG_KEY):  # else nobody knows whose backup it is
        records.add(home, chosen, said)
    typer.echo(t("backup.verified", **_figures(t, said)))


def _figures(t: Words, said: Manifest) -> dict[str, object]:
    counts = said.content.counts
    return {
        "at": f"{t.moment(said.made_at)} UTC",
        "rows": t.number(sum(counts.values())),
        "tables": len(counts),
        "log_count": t.number(said.content.log_count),
    }


@contextmanager
def _plainly() -> Iterator[Words]:
    t = Words(settings().language)
    try:
        yield t
    except BackupError as error:
        wrong = error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        wrong = BackupError("no_room")
    else:
        return
    typer.echo(t(f"backup.wrong.{wrong.key}", **wrong.values), err=True)
    raise typer.Exit(1)
