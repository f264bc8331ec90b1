"""Making a backup, and trying it before it counts."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyrage import x25519
from sqlalchemy import Engine

from core import clock, key_file
from core.backups import envelope, postgresql, records, sqlite
from core.backups.errors import BackupError
from core.backups.manifest import Manifest, manifest
from core.backups.restoring import DATABASE, is_left, scratch, verify
from core.db import FIELD_KEY, LOG_KEY
from core.store import Store

#: What a file ends with until it was restored once.
_PART = ".part"


@dataclass(frozen=True)
class Made:
    """A backup that was restored once."""

    file: Path
    manifest: Manifest


def make(store: Store, home: Path, to: Path, recipient: x25519.Recipient) -> Made:
    """Back up a store into a folder while people write, and restore the file once; only then is it written down.

    Raises BackupError where it cannot be made or does not come back as it was.
    """
    # For the trial: where the key lies elsewhere, this one alone can open the file here, and nobody keeps it.
    passing = x25519.Identity.generate()
    file = to / f"concord-{clock.now():%Y-%m-%dT%H-%M-%SZ}.age"
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise BackupError("no_room") from None
    if file.exists():
        raise BackupError("exists", file=file)
    _remove_left(to)
    part = file.with_name(f"{file.name}{_PART}")
    with scratch(home) as folder:
        _write(store, home, folder, part, [recipient, passing.to_public()])
    # A file that nothing knows of would hold what is erased later, and go with no other.
    with ExitStack() as otherwise:
        for each in (part, file):
            otherwise.callback(each.unlink, missing_ok=True)
        said = verify(part, passing, beside=home, server=server_of(store))
        part.rename(file)
        name = records.database_name(store.engine.url, home)
        records.add(home, file, said, database=name, sealed_to=str(recipient))
        otherwise.pop_all()
    return Made(file, said)


def _remove_left(folder: Path) -> None:
    """What a killed command left in a folder of backups."""
    for left in folder.glob(f"concord-*.age{_PART}"):
        if is_left(left):
            left.unlink(missing_ok=True)


def server_of(store: Store) -> Engine | None:
    """Where a trial of a backup of PostgreSQL can be made."""
    return store.engine if store.engine.dialect.name == "postgresql" else None


def _write(store: Store, home: Path, folder: Path, file: Path, recipients: list[x25519.Recipient]) -> None:
    made_at, kind = clock.now(), store.engine.dialect.name
    taken = folder / DATABASE
    if kind == "sqlite":
        key_file.write(folder / LOG_KEY, key_file.read(home / LOG_KEY))
        own, found = sqlite.dump(store.engine, taken, folder)
    else:
        own, found = postgresql.dump(store.engine, taken)
    with taken.open("rb") as bare:
        sha256 = hashlib.file_digest(bare, "sha256").hexdigest()
    field_key = key_file.read(home / FIELD_KEY)
    said = manifest(kind, found, sha256=sha256, field_key=bytes.fromhex(field_key), made_at=made_at)
    small = {
        envelope.MANIFEST: said.model_dump_json(indent=1),
        envelope.OWN_KEY: own,
        FIELD_KEY: field_key,
        LOG_KEY: key_file.read(home / LOG_KEY),
    }
    envelope.seal(file, small, taken, recipients)
