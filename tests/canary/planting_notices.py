"""Notices of the planted case: one that waits, one that was taken back, calls and talks of her service; and what stays hers."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core import clock
from core.models import Basis, ImmediateNotice, JointItem, NoticeCall, NoticeTalk, Release
from core.operations import immediate_notices, notice_texts
from core.operations.notice_texts import Said
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted

#: What her service wrote, and how it stands.
WROTE = ("waiting for a second person", "taken back")


def plant(db: Session, _make: Make, planted: "Planted") -> None:
    """A word of hers in every part of what she told, whether it waits or was taken back."""
    pair, ids = planted.world.pair, planted.world.sides
    for what in WROTE:
        _notice(db, planted, what)
    came = next(side.ids["came"] for side in ids.values() if side.service_id == pair.vss.service_id)
    call = NoticeCall(
        notice_id=came,
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        person_id=pair.vss.person_id,
        called_at=clock.now(),
        whom="",
        was_reached=True,
    )
    talk = NoticeTalk(
        notice_id=came,
        file_id=pair.vss_file.id,
        person_id=pair.vss.person_id,
        happened_on=clock.today(),
        was_told=True,
    )
    for record in (call, talk):
        planted.mark(record, f"{record.__tablename__} of her service")
    db.add_all([call, talk])
    db.flush()


def _notice(db: Session, planted: "Planted", what: str) -> None:
    pair = planted.world.pair
    words = [planted.word("joint_item", "text", f"notice of her service, {what}") for _ in range(3)]
    item = JointItem(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        author_id=pair.vss.person_id,
        topic=immediate_notices.TOPIC,
        text=notice_texts.write(Said("danger", clock.today(), words[0], done=words[1], asked=words[2])),
        purpose="risk_assessment",
        released_at=None if what == WROTE[0] else clock.now(),
        withdrawn_at=clock.now() if what == WROTE[1] else None,
    )
    db.add(item)
    db.flush()
    db.add(ImmediateNotice(item_id=item.id, entry_id=None, answer_hours=24, author_id=pair.vss.person_id))
    if what == WROTE[0]:
        release = Release(
            item_id=item.id,
            file_id=pair.vss_file.id,
            about_id=planted.ids["her"],
            basis=Basis.DANGER,
            asked_by=pair.vss.person_id,
        )
        planted.mark(release, "why a notice is to be sent without her consent")
        db.add(release)
    db.flush()
