"""The encrypted SQLite file: taken by the database itself while people write, never copied as a file."""

import secrets
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2
from sqlalchemy import Engine

from core import key_file
from core.backups.errors import BackupError
from core.backups.manifest import Content, content
from core.db import open_engine

#: All pages in one step: in smaller ones, every write of somebody else makes it begin anew.
_ALL = -1


def dump(engine: Engine, to: Path, keys: Path) -> tuple[str, Content]:
    """Take the database into an encrypted file with a key of its own, which is put into the folder of keys."""
    own = secrets.token_hex(32)
    target = sqlcipher3.dbapi2.connect(str(to))
    source = engine.raw_connection()
    try:
        target.execute(f"PRAGMA key = \"x'{own}'\"")
        driver: Any = source.driver_connection
        driver.backup(target, pages=_ALL)
    except sqlcipher3.dbapi2.OperationalError:
        raise BackupError("no_room") from None
    finally:
        source.close()
        target.close()
    key_file.write(keys / "database.key", own)
    taken = open_engine(f"sqlite:///{to}", keys / "database.key")
    with taken.connect() as connection:
        found = content(connection)
    taken.dispose()
    return own, found


def check_pages(engine: Engine) -> None:
    """Raise BackupError where the file is not whole: its seals, its structure, its references."""
    with engine.connect() as connection:
        said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        broken = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if list(said) != ["ok"] or broken or lost:
        raise BackupError("damaged")
