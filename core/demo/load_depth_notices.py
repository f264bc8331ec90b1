"""Immediate notices over five years: sessions missed, suspensions and returns, threats; read, answered, told to her."""

from datetime import date, timedelta
from itertools import cycle
from typing import Final, NamedTuple

from core.demo.load_deep import Deep, every
from core.demo.stage import say
from core.models import (
    ImmediateNotice,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    PathEntry,
    Reentry,
)
from core.operations import immediate_notices, notice_texts
from core.operations.immediate_notices import Said


class Kind(NamedTuple):
    """What a notice tells, by its key in the story; `path` is the entry of his path that it tells of."""

    who: str
    key: str
    trigger: str
    asks: tuple[str, ...]
    path: str = ""
    reason: str = ""
    order: str = ""


MONTHS: Final = 4
HOURS: Final = 24
KINDS: Final = (
    Kind("ivo", "missed", "missed", ("look_at_danger",), "missed"),
    Kind("elena", "threats", "violence_told", ("look_at_danger", "short_meeting")),
    Kind("ivo", "suspended", "suspended", ("tell_her", "look_at_danger"), "suspended", "rules", "programme"),
    Kind("ivo", "hearing", "court_date", ("look_at_danger",)),
)


def lay(deep: Deep) -> None:
    kinds = cycle(KINDS)
    for day in every(MONTHS, deep.began, deep.today):
        _send(deep, next(kinds), day)


def _send(deep: Deep, kind: Kind, day: date) -> None:
    own, other = (deep.his, deep.hers) if kind.who == "ivo" else (deep.hers, deep.his)
    with deep.on(day, 17):
        entry = _entry(deep, kind, day) if kind.path else None
        said = Said(
            trigger=kind.trigger,
            happened_on=day,
            facts=say(f"notice.{kind.key}.facts"),
            known_from="protected" if own is deep.hers else "seen",
            done=say(f"notice.{kind.key}.done") if kind.key != "hearing" else "",
            asks=kind.asks,
            reason=kind.reason,
            order=kind.order,
        )
        item = deep.share(
            own,
            immediate_notices.TOPIC,
            notice_texts.write(said),
            purpose=immediate_notices.PURPOSES[own.actor.kind],
            use_rule=notice_texts.trigger_of(said).use_rule,
        )
        notice = ImmediateNotice(
            item_id=item.id,
            entry_id=entry.id if entry else None,
            answer_hours=HOURS,
            author_id=own.actor.person_id,
        )
        deep.add(notice)
        deep.done(own, "send", notice)
    with deep.on(day + timedelta(days=1), 8):
        answer = NoticeAnswer(
            notice_id=notice.id,
            decisions="danger\ncall",
            text=say("notice.missed.answer"),
            service_id=other.actor.service_id,
            person_id=other.actor.person_id,
        )
        deep.add(
            NoticeReceipt(
                notice_id=notice.id,
                service_id=other.actor.service_id,
                person_id=other.actor.person_id,
            ),
            answer,
        )
        deep.done(other, "answer", answer)
    if kind.reason:
        _follow(deep, notice, day)


def _entry(deep: Deep, kind: Kind, day: date) -> PathEntry:
    entry = PathEntry(
        case_id=deep.case.id,
        service_id=deep.his.actor.service_id,
        kind=kind.path,
        happened_on=day,
        note=say("path.suspended" if kind.path == "suspended" else "path.missed_second"),
        is_shared=True,
    )
    deep.add(entry)
    return entry


def _follow(deep: Deep, notice: ImmediateNotice, day: date) -> None:
    """Her service telephones, tells her, and two weeks later he comes back."""
    her = deep.hers
    with deep.on(day + timedelta(days=1), 9):
        deep.add(
            NoticeCall(
                notice_id=notice.id,
                case_id=deep.case.id,
                service_id=her.actor.service_id,
                person_id=her.actor.person_id,
                called_at=deep.at(day, 18),
                whom=say("digital.who.ivo"),
                was_reached=True,
            ),
            NoticeTalk(
                notice_id=notice.id,
                file_id=her.file.id,
                person_id=her.actor.person_id,
                happened_on=day + timedelta(days=1),
                was_told=True,
                note=say("deep.told"),
            ),
        )
    with deep.on(day + timedelta(days=14)):
        back = PathEntry(
            case_id=deep.case.id,
            service_id=deep.his.actor.service_id,
            kind="returned",
            happened_on=day + timedelta(days=14),
            is_shared=True,
        )
        deep.add(
            back,
            Reentry(
                entry_id=back.id,
                begins_anew=False,
                conditions=say("deep.conditions"),
                decided_by=deep.his.actor.person_id,
            ),
        )
