"""What the two services tell each other at once: missed sessions, threats, his suspension, and a date that nobody has read."""

from datetime import date

from core.demo.stage import Stage, say
from core.models import Case, ImmediateNotice, PathEntry
from core.operations import files, immediate_notices, notice_answers
from core.operations.immediate_notices import PURPOSES, Said
from core.operations.releases import Terms


def missed(stage: Stage, case: Case, entry: PathEntry, day: int) -> None:
    """The second missed session is told as agreed, read and answered on the same day."""
    told = _said("missed", "missed", entry.happened_on, asks=("look_at_danger",))
    with stage.on(day, 10):
        notice = _send(stage, case, "ivo", told, entry)
    with stage.on(day, 14):
        notice_answers.answer(
            stage.db,
            stage.actors["nina"],
            notice.id,
            decisions=["danger", "call"],
            words=say("notice.missed.answer"),
        )


def threats(stage: Stage, case: Case, day: int) -> None:
    """With her consent the programme is told of the threats in the evening, and reads it before it opens."""
    told = _said("threats", "violence_told", stage.day(day), asks=("look_at_danger", "short_meeting"))
    with stage.on(day, 21, 30):
        notice = _send(stage, case, "elena", told)
    with stage.on(day + 1, 8):
        notice_answers.answer(stage.db, stage.actors["ivo"], notice.id, decisions=["meeting"])


def suspended(stage: Stage, case: Case, entry: PathEntry, day: int) -> None:
    """His suspension is told and read within the hour, what he said on the next day is not; whether she was told is open."""
    told = _said(
        "suspended",
        "suspended",
        entry.happened_on,
        asks=("tell_her", "look_at_danger"),
        reason="rules",
        order="programme",
    )
    with stage.on(day, 17, 30):
        notice = _send(stage, case, "ivo", told, entry)
    with stage.on(day, 18, 30):
        notice_answers.confirm_read(stage.db, stage.actors["nina"], notice.id)
    with stage.on(day + 1, 9):
        date_ = _said("hearing", "court_date", stage.day(day + 1), asks=("look_at_danger",))
        _send(stage, case, "ivo", date_)


def _said(
    key: str, trigger: str, on: date, *, asks: tuple[str, ...], reason: str = "", order: str = ""
) -> Said:
    return Said(
        trigger=trigger,
        happened_on=on,
        facts=say(f"notice.{key}.facts"),
        known_from="protected" if trigger == "violence_told" else "seen",
        done=say(f"notice.{key}.done"),
        asks=asks,
        reason=reason,
        order=order,
    )


def _send(stage: Stage, case: Case, who: str, told: Said, entry: PathEntry | None = None) -> ImmediateNotice:
    db, actor = stage.db, stage.actors[who]
    terms = Terms(files.mine(db, actor, case.id).subjects[0].id, PURPOSES[actor.kind])
    seen = immediate_notices.preview(db, actor, case.id, said=told, terms=terms).digest
    return immediate_notices.send(
        db, actor, case.id, said=told, terms=terms, seen=seen, entry_id=entry.id if entry else None
    )
