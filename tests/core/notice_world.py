"""Notices in the world in which the table of access is tried: each side sent one, and telephoned about one that came."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content.access_rules import Act, Space
from core.errors import NotFound
from core.models import (
    ImmediateNotice,
    JointItem,
    NoticeCall,
    NoticeTalk,
    PathEntry,
    Reentry,
    ServiceKind,
)
from core.operations import immediate_notices, notice_answers, notice_texts, reentries
from core.operations.immediate_notices import PURPOSES
from core.operations.releases import Terms
from tests import notices, risk
from tests.make import Pair, consented

Try = Callable[[Any, Actor, ServiceKind], object]
HIS, HERS = ServiceKind.PP, ServiceKind.VSS


def build(db: Session, pair: Pair, space: Space) -> dict[ServiceKind, dict[str, UUID]]:
    """What each side sent and wrote down; with `OPEN` what it sent was taken back."""
    made = {side: {"notice": _notice(db, keeper, pair, space)} for side, keeper in _keepers(pair).items()}
    for side, keeper in _keepers(pair).items():
        came = made[HERS if side is HIS else HIS]["notice"]
        call = NoticeCall(
            notice_id=came,
            case_id=pair.case.id,
            service_id=keeper.service_id,
            person_id=keeper.person_id,
            called_at=clock.now(),
            whom="Nobody",
            was_reached=False,
        )
        db.add(call)
        db.flush()
        made[side] |= {"call": call.id, "came": came}
    talk = NoticeTalk(
        notice_id=made[HIS]["notice"],
        file_id=pair.vss_file.id,
        person_id=pair.vss.person_id,
        happened_on=clock.today(),
        was_told=True,
    )
    entries = [
        PathEntry(
            case_id=pair.case.id, service_id=pair.pp.service_id, kind="returned", happened_on=clock.today()
        )
        for _ in range(2)
    ]
    db.add_all([talk, *entries])
    db.flush()
    reentry = Reentry(entry_id=entries[0].id, begins_anew=False, decided_by=pair.pp.person_id)
    db.add(reentry)
    db.flush()
    made[HERS]["talk"] = talk.id
    made[HIS] |= {"reentry": reentry.id, "returned": entries[1].id}
    return made


def _keepers(pair: Pair) -> dict[ServiceKind, Actor]:
    return {HIS: pair.pp, HERS: pair.vss}


def _notice(db: Session, keeper: Actor, pair: Pair, space: Space) -> UUID:
    item = JointItem(
        case_id=pair.case.id,
        service_id=keeper.service_id,
        author_id=keeper.person_id,
        topic=immediate_notices.TOPIC,
        text=notice_texts.write(notices.said(keeper)),
        purpose=PURPOSES[keeper.kind],
        released_at=clock.now(),
        withdrawn_at=clock.now() if space is Space.OPEN else None,
    )
    db.add(item)
    db.flush()
    notice = ImmediateNotice(item_id=item.id, entry_id=None, answer_hours=24, author_id=keeper.person_id)
    db.add(notice)
    db.flush()
    return notice.id


def _sees(statement: Callable[[Actor], Any], key: str) -> Try:
    def act(world: Any, actor: Actor, side: ServiceKind) -> object:
        return access.find(world.db, statement(actor), world.sides[side].ids[key])

    return act


def _send(world: Any, actor: Actor, side: ServiceKind) -> object:
    keeper = world.sides[side].keeper
    if actor.service_id != keeper.service_id:
        raise NotFound  # the operation knows the own service only: there is no way to send for the other
    whom = risk.about(world.db, world.pair, keeper)
    consented(world.db, keeper, whom, PURPOSES[keeper.kind])
    said, terms = notices.said(actor), Terms(whom.id)
    seen = immediate_notices.preview(world.db, actor, world.pair.case.id, said=said, terms=terms).digest
    return immediate_notices.send(world.db, actor, world.pair.case.id, said=said, terms=terms, seen=seen)


def _answer(world: Any, actor: Actor, side: ServiceKind) -> object:
    return notice_answers.answer(world.db, actor, world.sides[side].ids["notice"], decisions=["noted"])


def _call(world: Any, actor: Actor, side: ServiceKind) -> object:
    if actor.service_id != world.sides[side].service_id:
        raise NotFound  # a call is the own service's; the other one records its own
    return notice_answers.record_call(
        world.db,
        actor,
        world.sides[side].ids["came"],
        called_at=clock.now(),
        whom="Nobody",
        was_reached=False,
    )


def _talk(world: Any, actor: Actor, side: ServiceKind) -> object:
    told = world.sides[HIS].ids["notice"]
    assert side is HERS
    return notice_answers.record_talk(world.db, actor, told, happened_on=clock.today(), was_told=True)


def _decide(world: Any, actor: Actor, side: ServiceKind) -> object:
    wanted = world.sides[side].ids["returned"]
    return reentries.decide(world.db, actor, wanted, begins_anew=False, conditions="So")


TRIES: dict[tuple[str, Act], Try] = {
    ("immediate_notice", Act.READ): _sees(access.visible_immediate_notices, "notice"),
    ("immediate_notice", Act.SHARE): _send,
    ("immediate_notice", Act.APPROVE): _answer,
    ("unread_notice", Act.READ): _sees(access.unread_notices, "came"),
    ("known_notice", Act.READ): _sees(access.known_notices, "notice"),
    ("notice_call", Act.READ): _sees(access.visible_notice_calls, "call"),
    ("notice_call", Act.WRITE): _call,
    ("notice_talk", Act.READ): _sees(access.visible_notice_talks, "talk"),
    ("notice_talk", Act.WRITE): _talk,
    ("reentry", Act.READ): _sees(access.visible_reentries, "reentry"),
    ("reentry", Act.WRITE): _decide,
}
