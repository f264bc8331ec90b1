"""Steps towards the end of a case, as the people of two services take them."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import closings as content
from core.models import (
    CloseReason,
    Closing,
    MeetingState,
    NotDone,
    Occasion,
    Settled,
    TPoint,
)
from core.operations import closing_steps, closing_texts, closings, lessons, responses
from tests import risk
from tests.make import Make, Pair

ENDED = timedelta(days=3)


def dated(db: Session, pair: Pair) -> None:
    """The programme ended some days ago: T3 is entered, and T4 counted from it."""
    db.add(TPoint(case_id=pair.case.id, label="T3", due_on=clock.today() - ENDED))
    pair.case.opened_on = clock.today() - timedelta(days=300)
    db.flush()


def settled(db: Session, pair: Pair, actor: Actor, label: str = "T3") -> None:
    """Why our person was not asked at a time; nobody else reads it."""
    responses.settle_not_done(db, actor, pair.case.id, label=label, reason=NotDone.NOT_SAFE, version=0)


def own_done(db: Session, pair: Pair, actor: Actor, closing: Closing, words: str = "The helpline") -> None:
    """Everything on one side: T3 settled, and each step written down."""
    settled(db, pair, actor)
    for step in content.load().steps_of(actor.kind):
        closing_steps.record(
            db, actor, closing.id, step=step.id, settled=Settled.DONE, words=words, version=0
        )


def joint_done(db: Session, make: Make, pair: Pair) -> None:
    """The risk was assessed for the end, and the closing meeting held; no action is open."""
    risk.laid(db, pair, Occasion.CLOSING, finished_at=clock.now())
    make.meeting(pair, "closing").state = MeetingState.CLOSED
    db.flush()


def prepared(db: Session, make: Make, pair: Pair) -> Closing:
    """An end for which everything is there."""
    dated(db, pair)
    joint_done(db, make, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        own_done(db, pair, actor, closing)
    return closing


def proposed(
    db: Session,
    actor: Actor,
    closing: Closing,
    ground: CloseReason = CloseReason.COMPLETED,
    *,
    has_follow_up: bool = True,
    lacking: str = "",
    until: date | None = None,
) -> Closing:
    return closings.propose(
        db,
        actor,
        closing.id,
        ground=ground,
        ended_on=clock.today() - ENDED,
        has_follow_up=has_follow_up,
        agreement_until=until or clock.today() + timedelta(days=200),
        lacking=lacking,
        version=closing.version,
    )


def agreed(db: Session, make: Make, pair: Pair, *, has_follow_up: bool = True) -> Closing:
    """The programme proposed it and the victim support service agreed."""
    closing = prepared(db, make, pair)
    lacking = "" if has_follow_up else "Nobody can be reached"
    proposed(db, pair.pp, closing, has_follow_up=has_follow_up, lacking=lacking)
    return closings.agree(db, pair.vss, closing.id, version=closing.version)


def given(db: Session, actor: Actor, closing: Closing) -> int:
    """Pass on what stands on the screen of this service."""
    shown = [
        one
        for one in closing_texts.of_closing(db, actor, closing.id).values()
        if one.service_id == actor.service_id and one.key in content.load().question_ids
    ]
    fresh = [one for one in shown if one.text and one.given_at is None]
    return lessons.give(db, actor, closing.id, seen=lessons.digest(fresh))
