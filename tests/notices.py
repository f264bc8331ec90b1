"""Immediate notices as people send and answer them."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import ImmediateNotice, PathEntry, ServiceKind
from core.operations import immediate_notices, notice_boards, notices_due
from core.operations.immediate_notices import PURPOSES, Said
from core.operations.notice_boards import Noticed
from core.operations.releases import Basis, Terms
from tests import risk
from tests.make import Pair, consented

TODAY = clock.today()
WHY = "He has a weapon and waits before her door."
#: What one side tells where a test is not about it.
USUAL = {ServiceKind.PP: "violence", ServiceKind.VSS: "danger"}


def days(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def said(actor: Actor, facts: str = "He came near her door.", **parts: object) -> Said:
    given: dict[str, object] = {"trigger": USUAL[actor.kind], "happened_on": TODAY} | parts
    return Said(facts=facts, **given)  # type: ignore[arg-type]


def left(actor: Actor, facts: str = "He does not come any more.") -> Said:
    return said(actor, facts, trigger="left", reason="absence", order="programme")


def terms(db: Session, pair: Pair, actor: Actor, *, basis: Basis = Basis.CONSENT) -> Terms:
    """The ground of a notice: the consent of whom the own file is about, or a named one."""
    whom = risk.about(db, pair, actor)
    if basis is Basis.CONSENT:
        consented(db, actor, whom, PURPOSES[actor.kind])
    return Terms(whom.id, basis=basis, reason="" if basis is Basis.CONSENT else WHY)


def sent(
    db: Session,
    pair: Pair,
    actor: Actor,
    what: Said | None = None,
    *,
    basis: Basis = Basis.CONSENT,
    entry: PathEntry | None = None,
    meant: bool = False,
    on_path: bool = False,
) -> ImmediateNotice:
    """Send as somebody does who has looked at the preview."""
    told, ground = what or said(actor), terms(db, pair, actor, basis=basis)
    seen = immediate_notices.preview(db, actor, pair.case.id, said=told, terms=ground).digest
    return immediate_notices.send(
        db,
        actor,
        pair.case.id,
        said=told,
        terms=ground,
        seen=seen,
        entry_id=entry.id if entry else None,
        on_path=on_path,
        names_are_meant=meant,
    )


def read_by(db: Session, pair: Pair, actor: Actor) -> list[Noticed]:
    """The notices of the case as somebody reads them, the newest first."""
    return list(notice_boards.of_case(db, actor, pair.case.id).notices)


def waits(db: Session, actor: Actor) -> list[str]:
    """What of notices waits for somebody today."""
    return [one.key for one in notices_due.waiting(db, actor)]
