"""Restoring: into a scratch place to see whether a backup is whole, or to where it is to be used."""

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pyrage import x25519
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import chain, clock, key_file, key_holders, keys, log_keys, sealing, topmost
from core.backups import envelope, postgresql, sqlite
from core.backups.envelope import Contents
from core.backups.errors import BackupError
from core.backups.manifest import Manifest, content, open_sample
from core.ciphers import KEY_BYTES
from core.db import FIELD_KEY, LOG_KEY, Record, open_engine, open_sessions
from core.key_rings import root
from core.models import Account
from core.sealed import SEALED
from core.sign_in import factors

DATABASE_KEY = "database.key"
DATABASE = "concord.db"
_SCRATCH = "backup-"
#: No backup takes a day.
_LEFT_SECONDS = 24 * 3600
_KEYS = (DATABASE_KEY, FIELD_KEY, LOG_KEY)


def verify(file: Path, identity: x25519.Identity, *, beside: Path, server: Engine | None) -> Manifest:
    """Restore a backup into a scratch place and compare it with its manifest; nothing of it stays.

    The scratch lies beside the data, never in a folder that all programs use. A backup of PostgreSQL needs a server.
    """
    with scratch(beside) as folder, ExitStack() as held:
        contents = envelope.unseal(file, identity, folder)
        _same_installation(contents, beside / LOG_KEY)
        url = ""
        if contents.manifest.kind == "postgresql":
            if server is None:
                raise BackupError("needs_postgresql")
            url = held.enter_context(postgresql.scratch(server))
        _restore(contents, folder, url)
        return contents.manifest


def restore(
    file: Path, identity: x25519.Identity, *, home: Path, database: str = "", log_key: Path | None = None
) -> Manifest:
    """Restore a backup into a home folder, and where it is one of PostgreSQL into an empty database.

    Everything is checked before the folder holds anything, and what the key of the fields sealed is sealed with a new
    one: copies of the old home folder and its keys do not open what is written here. `log_key`: that of the old home
    folder, which may have been given later keys since. Raises BackupError where data lie there already.
    """
    if (home / DATABASE).exists() or key_holders.has_any(home):
        raise BackupError("home_in_use", folder=home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with scratch(home) as folder:
        contents = envelope.unseal(file, identity, folder)
        if contents.manifest.kind == "postgresql" and not database:
            raise BackupError("needs_postgresql")
        if contents.manifest.kind == "sqlite" and database:
            # Else that database would be opened afterwards and taken for the restored one.
            raise BackupError("is_a_file")
        _restore(contents, folder, database, renew=True)
        if log_key is not None and key_file.exists(log_key):
            kept = key_file.read(folder / LOG_KEY)
            key_file.change(folder / LOG_KEY, log_keys.newer(kept, key_file.read(log_key)))
        for name in _KEYS:
            if key_file.exists(folder / name):
                key_file.write(home / name, key_file.read(folder / name))
        if (folder / DATABASE).exists():
            (folder / DATABASE).rename(home / DATABASE)
    return contents.manifest


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder for its owner alone, gone afterwards, whose keys never lie in it; what a killed command left goes first."""
    for left in beside.glob(f"{_SCRATCH}*"):
        if is_left(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=beside) as name, key_holders.passing(Path(name)):
        yield Path(name)


def is_left(path: Path) -> bool:
    """Did a killed command leave this behind, for so long that none can be at it?"""
    return clock.now().timestamp() - path.stat().st_mtime > _LEFT_SECONDS


def _same_installation(contents: Contents, log_key: Path) -> None:
    if key_file.exists(log_key) and not log_keys.is_same(
        key_file.read(log_key), contents.keys.get(LOG_KEY, "")
    ):
        raise BackupError("other_installation")


def _restore(contents: Contents, folder: Path, url: str, *, renew: bool = False) -> None:
    with contents.database.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != contents.manifest.sha256:
            raise BackupError("damaged")
    for name in (LOG_KEY, FIELD_KEY):
        if name not in contents.keys:
            raise BackupError("foreign")
        key_file.write(folder / name, contents.keys[name])
    own = contents.keys[envelope.OWN_KEY]
    if contents.manifest.kind == "sqlite":
        key_file.write(folder / DATABASE_KEY, own)
        contents.database.rename(folder / DATABASE)
        bare = f"sqlite:///{folder / DATABASE}"
        _check(contents.manifest, folder, bare)
        if renew:
            _renew(folder, bare)
        return
    engine = open_engine(url, folder / DATABASE_KEY)
    try:
        postgresql.require_empty(engine)
        postgresql.load(contents.database, own, url)
        with ExitStack() as otherwise:
            otherwise.callback(postgresql.empty, engine)
            _check(contents.manifest, folder, url)
            if renew:
                _renew(folder, url)
            otherwise.pop_all()
    finally:
        engine.dispose()


def _renew(folder: Path, url: str) -> None:
    """Give what was restored a new key of the fields, before anybody works in it."""
    fresh, file = secrets.token_hex(KEY_BYTES), folder / FIELD_KEY
    engine = open_engine(url, folder / DATABASE_KEY)
    _, writing = open_sessions(engine)
    try:
        with writing.begin() as db:
            topmost.seal_anew(db, root(db), bytes.fromhex(fresh))
    finally:
        engine.dispose()
    key_file.remove(file)
    key_file.write(file, fresh)


def _check(manifest: Manifest, folder: Path, url: str) -> None:
    """Raise BackupError where what was restored is not what the manifest says."""
    engine = open_engine(url, folder / DATABASE_KEY)
    try:
        if manifest.kind == "sqlite":
            sqlite.check_pages(engine)
        with engine.connect() as connection:
            if content(connection) != manifest.content:
                raise BackupError("other_content")
            with Session(connection) as db:
                _check_log(db, manifest)
                _check_seals(db, manifest, bytes.fromhex(key_file.read(folder / FIELD_KEY)))
    except DBAPIError:
        raise BackupError("damaged") from None
    finally:
        engine.dispose()


def _check_log(db: Session, manifest: Manifest) -> None:
    end = manifest.content
    report = chain.verify(db, chain.key_of(db), {end.log_count: end.log_head})
    if report.wrong is not None:
        raise BackupError("log_broken", seq=report.seq)


def _check_seals(db: Session, manifest: Manifest, key: bytes) -> None:
    """Open what was sealed with the key of the fields: the sample of the backup, and a value of the database."""
    try:
        open_sample(manifest, key)
        account = db.scalar(select(Account).where(Account.totp_secret.is_not(None)).limit(1))
        if account is not None:
            factors.unseal_of(account, key)
        keys.whole(db)
        for model, names in SEALED.items():
            for name in names:
                _open_one(db, model, name)
    except sealing.BrokenSealError:
        raise BackupError("seals_broken") from None


def _open_one(db: Session, model: type[Record], name: str) -> None:
    """Raise BrokenSealError where a value of a sealed column does not open."""
    column = getattr(model, name)
    record = db.scalar(select(model).where(column.is_not(None)).limit(1))
    if record is not None:
        getattr(record, name)
