from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, lost_periods
from core.backups import records
from core.backups.manifest import Content, Manifest
from core.models import Event
from core.settings import settings
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_admin import administrator


def restored_once(made_at: datetime) -> None:
    content = Content(schema_revision="1", counts={}, log_count=0, log_head="0")
    made = Manifest(made_at=made_at, program="0", kind="sqlite", content=content, sha256="", sample="")
    records.add(settings().home, Path("one.age"), made)


def test_administrators_are_warned_until_a_backup_was_restored(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()

    without = said(desk.open(ada, "services"))
    restored_once(clock.now() - timedelta(hours=3))
    fresh = said(desk.open(ada, "services"))
    page = said(desk.open(ada, "upkeep"))

    assert "No backup has been made" in without
    assert "backup" not in fresh
    assert "up to 3 hours ago" in page


def test_an_old_backup_is_said_in_days(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()
    restored_once(clock.now() - timedelta(days=3))

    first, page = said(desk.open(ada, "services")), said(desk.open(ada, "upkeep"))

    assert "is from 3 days ago" in first
    assert "is from 3 days ago" in page


def test_a_list_of_backups_that_cannot_be_read_is_said_and_the_page_goes_on(
    db: Session, make: Make, desk: Desk
) -> None:
    ada = administrator(make)
    db.commit()
    (settings().home / records.FILE).write_text("[[backup")

    first, page = desk.open(ada, "services"), said(desk.open(ada, "upkeep"))

    assert "The list of backups cannot be read" in said(first)
    assert "No backup has been made" not in said(first)
    assert first.button
    assert "The list of backups cannot be read" in page


def test_workers_hear_nothing_of_backups(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    assert "backup" not in said(desk.open(pair.vss, "today"))


def test_a_lost_period_is_said_to_all_until_an_administrator_has_read_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, ada = make.pair(), administrator(make)
    db.commit()
    lost_periods.restored(
        settings().anchor_folder, home=settings().home, made_at=clock.now() - timedelta(hours=2)
    )

    worker = desk.open(pair.vss, "today")
    at = desk.open(ada, "services")
    before = said(at)
    press(at, "I have read this and told the others")
    db.expire_all()

    assert "An older copy of the data was put back" in said(worker)
    assert "I have read this and told the others" not in [button.label for button in worker.button]
    assert "An older copy" in before
    assert "An older copy" not in said(at)
    assert "An older copy" not in said(desk.open(pair.vss, "today"))
    assert db.scalars(select(Event.person_id).where(Event.act == "read_lost_period")).all() == [ada.person_id]
