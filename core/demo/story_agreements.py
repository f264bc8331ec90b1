"""The agreements of the example: drafted, answered, approved by both sides, signed and in force."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from core.content.agreements import Answer
from core.demo import paper
from core.demo.stage import Stage, say, words
from core.models import Agreement, AgreementLevel, Case, ClauseState
from core.operations import (
    agreement_approvals,
    agreement_drafts,
    agreement_reading,
    agreement_starts,
    agreements,
)

#: Questions of both parties that have one text.
_BOTH: Final = ("decides", "dpo", "rights_contact", "basis_6", "basis_9", "basis_10")
NUMBERS: Final[dict[str, Answer]] = {
    "request_answer_days": 3,
    "new_violence_hours": 24,
    "notice_days": 3,
    "missed_sessions": 2,
    "episode_meeting_days": 7,
    "minutes_days": 7,
    "escalation_days": 14,
    "breach_hours": 24,
    "access_days": 20,
    "keep_minutes": 60,
    "keep_plans": 60,
    "keep_notices": 36,
    "keep_risk": 60,
    "keep_agreements": 120,
    "keep_log": 36,
}


def of_cooperation(stage: Stage, *, drafted_on: int) -> None:
    """Between the managements: drafted after Phase 1, contested in one clause, settled, signed, in force."""
    db, mira, lea = stage.db, stage.actors["mira"], stage.actors["lea"]
    with stage.on(drafted_on):
        agreement = agreement_starts.draft(
            db, mira, level=AgreementLevel.ORGANISATION, cooperation_id=stage.cooperation_id
        )
        _include(stage, "mira", agreement, "first_year_goals")
        answers = texts("answer") | NUMBERS | {"effective_date": stage.day(drafted_on + 30).isoformat()}
        _answer(stage, "mira", agreement, answers)
    with stage.on(drafted_on + 6):
        _judge(stage, "lea", agreement, ClauseState.CONTESTED, say("contested.note"))
    with stage.on(drafted_on + 13):
        _judge(stage, "mira", agreement, ClauseState.AGREED, "")
    _approve(stage, agreement, ("mira", drafted_on + 20), ("lea", drafted_on + 22))
    _sign(stage, "lea", agreement, drafted_on + 28)
    with stage.on(drafted_on + 30):
        agreement_approvals.put_in_force(
            db, lea, agreement.id, on=stage.day(drafted_on + 30), version=_fresh(stage, "lea", agreement)
        )
    _amend(stage, agreement)


def _amend(stage: Stage, agreement: Agreement) -> None:
    """Before the yearly review one service proposes a change; the other one has not approved it yet."""
    mira = stage.actors["mira"]
    with stage.on(-9, 15):
        new = agreement_starts.amend(stage.db, mira, agreement.id)
        was = {name: new.answers[name] for name in ("episode_meeting_days", "effective_date")}
        agreement_drafts.answer(
            stage.db,
            mira,
            new.id,
            answers={"episode_meeting_days": 3, "effective_date": stage.day(25)},
            was=was,
        )
    _approve(stage, new, ("mira", -5))


def of_case(stage: Stage, case: Case, *, signed_on: int, lasts: int) -> None:
    """Between the case managers: for one case and until a day."""
    agreement = _draft_of_case(stage, case, day=signed_on - 2, lasts=lasts)
    _approve(stage, agreement, ("ivo", signed_on - 1), ("elena", signed_on))
    _sign(stage, "ivo", agreement, signed_on)
    with stage.on(signed_on + 1, 9):
        agreement_approvals.put_in_force(
            stage.db,
            stage.actors["elena"],
            agreement.id,
            on=stage.day(signed_on + 1),
            version=_fresh(stage, "elena", agreement),
        )


def draft_for(stage: Stage, case: Case, *, day: int) -> None:
    """One that a case manager has drafted and approved, and the other one has not looked at yet."""
    agreement = _draft_of_case(stage, case, day=day, lasts=180)
    _approve(stage, agreement, ("ivo", day))


def _draft_of_case(stage: Stage, case: Case, *, day: int, lasts: int) -> Agreement:
    number = case.code.rsplit("-", 1)[-1]
    codes = {"man": f"M-{number}", "woman": f"W-{number}"}
    children = [f"C-{number}{chr(ord('a') + place)}" for place in range(case.children_count or 0)]
    begins = stage.day(day)
    with stage.on(day, 11):
        agreement = agreement_starts.draft(
            stage.db,
            stage.actors["ivo"],
            level=AgreementLevel.CASE,
            case_id=case.id,
            starts_on=begins,
            ends_on=begins + timedelta(days=lasts),
        )
        _include(stage, "ivo", agreement, "court_orders")
        own: dict[str, Answer] = {
            "man_code": codes["man"],
            "woman_code": codes["woman"],
            "persons_covered": "\n".join([*codes.values(), *children]),
        }
        known = {
            ask.id
            for ask in agreement_reading.opened(stage.db, stage.actors["ivo"], agreement.id).content.asks
        }
        typed = {name: text for name, text in texts("case_answer", **codes).items() if name in known}
        _answer(stage, "ivo", agreement, typed | own)
    return agreement


def texts(section: str, **values: str) -> dict[str, Answer]:
    """The answers of a section by the question they answer; some are the same for both parties."""
    found: dict[str, Answer] = {}
    for key in words():
        name = key.removeprefix(f"{section}.")
        if name != key:
            names: Iterable[str] = (f"pp_{name}", f"vss_{name}") if name in _BOTH else (name,)
            found |= dict.fromkeys(names, say(key, **values))
    return found


def _answer(stage: Stage, key: str, agreement: Agreement, answers: dict[str, Answer]) -> None:
    was = {name: agreement.answers.get(name, "") for name in answers}
    agreement_drafts.answer(stage.db, stage.actors[key], agreement.id, answers=answers, was=was)


def _include(stage: Stage, key: str, agreement: Agreement, clause: str) -> None:
    version = next(one.version for one in agreement.clauses if one.key == clause)
    agreement_drafts.include(
        stage.db, stage.actors[key], agreement.id, clause, is_included=True, version=version
    )


def _judge(stage: Stage, key: str, agreement: Agreement, state: ClauseState, note: str) -> None:
    actor = stage.actors[key]
    found = agreements.find(stage.db, actor, agreement.id)
    version = next(one.version for one in found.clauses if one.key == _CONTESTED)
    agreement_drafts.judge(stage.db, actor, agreement.id, _CONTESTED, state=state, note=note, version=version)


_CONTESTED: Final = "no_contact_through_him"


def _approve(stage: Stage, agreement: Agreement, *by: tuple[str, int]) -> None:
    for key, day in by:
        actor = stage.actors[key]
        with stage.on(day, 16):
            agreement_approvals.approve(
                stage.db, actor, agreement.id, number=_number(stage, key, agreement.id)
            )


def _sign(stage: Stage, key: str, agreement: Agreement, day: int) -> None:
    names = say("signed.sign", first=_signer(agreement, "pp"), second=_signer(agreement, "vss"))
    data = paper.pdf((say("signed.title"), say("signed.first"), say("signed.second"), names))
    with stage.on(day, 17):
        number = _number(stage, key, agreement.id)
        agreement_approvals.file_signed(stage.db, stage.actors[key], agreement.id, data=data, number=number)


def _signer(agreement: Agreement, side: str) -> str:
    who = "representative" if agreement.level is AgreementLevel.ORGANISATION else "case_manager"
    return str(agreement.answers[f"{side}_{who}"])


def _number(stage: Stage, key: str, agreement_id: UUID) -> int:
    return agreement_reading.opened(stage.db, stage.actors[key], agreement_id).number


def _fresh(stage: Stage, key: str, agreement: Agreement) -> int:
    return agreements.find(stage.db, stage.actors[key], agreement.id).version
