"""What a backup says of itself, and of the database at its moment."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, inspect, select, table, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from core import chain, clock, sealing
from core.settings import ROOT

#: Sealed with the key of the fields, so that each backup holds one value that shows whether the key fits.
_SAMPLE = "backup.sample"


class Content(BaseModel):
    """What the database held."""

    model_config = ConfigDict(frozen=True)

    schema_revision: str
    counts: dict[str, int]
    log_count: int
    log_head: str


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    program: str
    kind: Literal["sqlite", "postgresql"]
    content: Content
    #: Of the encrypted database inside.
    sha256: str
    sample: str


def content(connection: Connection) -> Content:
    """Count every table, in the transaction that the connection is in."""
    names = sorted(inspect(connection).get_table_names())
    with Session(connection) as db:
        end = chain.head(db)
        return Content(
            schema_revision=str(db.scalar(text("SELECT version_num FROM alembic_version"))),
            counts={name: db.scalar(select(func.count()).select_from(table(name))) or 0 for name in names},
            log_count=end.count,
            log_head=end.head,
        )


def manifest(kind: str, found: Content, *, sha256: str, field_key: bytes, made_at: datetime) -> Manifest:
    whole = {
        "made_at": made_at,
        "program": _version(),
        "kind": kind,
        "content": found,
        "sha256": sha256,
        "sample": sealing.seal(clock.now().isoformat(), key=field_key, place=_SAMPLE),
    }
    return Manifest.model_validate(whole)


def open_sample(of: Manifest, field_key: bytes) -> None:
    """Raise BrokenSealError where the key of the fields is not the one that the backup was made with."""
    sealing.unseal(of.sample, key=field_key, place=_SAMPLE)


def _version() -> str:
    project = tomllib.loads((Path(ROOT) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
