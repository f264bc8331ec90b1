"""A notice in Word, as both services read it; and the facts due to a court or authority that ordered the programme."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access, clock
from core.access import Actor, find
from core.content import immediate_notices as content
from core.content.immediate_notices import Choice, ImmediateNotices
from core.documents import notice_paper
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.documents.notice_paper import NoticePaper, Part
from core.errors import Conflict
from core.locale import Words
from core.models import CaseFile, ImmediateNotice, PathEntry, Service
from core.operations import (
    attended_days,
    immediate_notices,
    notice_answers,
    notice_boards,
    notice_paths,
    notice_texts,
    outgoing,
    papers_for_him,
)
from core.operations.notice_boards import Noticed
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

#: After what a court or authority is told.
_ENDS = frozenset({"left", "suspended"})
#: What says whether he comes: a session missed, or a day at court, changes nothing of it.
_COMES = frozenset({"started", "returned", "completed"})
#: A reason that says what somebody told; it leaves the house only where he said it himself, or people of the programme saw it.
_TOLD = "violence"
_OWN_KNOWLEDGE = frozenset({"seen", "told_by_him"})


@outgoing.document
def document(db: Session, actor: Actor, notice_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """A notice with its receipts and answers. Raises Conflict where the other service does not read it now."""
    statement = access.visible_immediate_notices(actor).options(joinedload(ImmediateNotice.item))
    notice = find(db, statement, notice_id)
    board = notice_boards.of_case(db, actor, notice.item.case_id)
    one = next(found for found in board.notices if found.id == notice.id)
    if not one.is_live:
        raise Conflict("error.notice.not_shared")
    lists = content.load(language=words.language)
    made = NoticePaper(
        kind=DocumentKind.NOTICE,
        header=board.case.code,
        facts={
            "case": board.case.code,
            "about": lists.trigger(one.said.trigger).title,
            "happened_on": words.day(one.said.happened_on),
            "sent": f"{one.author}, {words.moment(one.notice.item.released_at or one.notice.created_at)}",
            "rule": words(f"use.{one.shown.use_rule}"),
        },
        parts=tuple(part for part in _parts(one, lists, words) if part.lines),
        closing=words("document.notice.closing"),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        status=words(f"notices.state.{one.state}"),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.NOTICE, sending, Recipient.JOINT)
    return Paper(
        kind=DocumentKind.NOTICE,
        recipient=recipient,
        content=notice_paper.make(made, recipient, words),
        record=notice,
        act="export",
        case_id=board.case.id,
        choices=choices,
    )


@outgoing.document
def exit_report(db: Session, actor: Actor, case_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """To whoever ordered the programme: days and why it ended, of the programme's own file, and nothing beside.

    Raises Conflict where he is there, as far as the path says.
    """
    person = papers_for_him.him(db, actor, case_id)
    entries = notice_paths.of_own(db, actor, case_id)
    last = _end(entries)
    if last is None:
        raise Conflict("error.notice.no_exit")
    programme = db.get_one(Service, actor.service_id).name
    days = [one.attended_on for one in attended_days.of_case(db, actor, case_id)]
    lists = content.load(language=words.language)
    made = NoticePaper(
        kind=DocumentKind.EXIT_REPORT,
        header=programme,
        facts={
            "programme": programme,
            "name": person.name,
            "what": lists.trigger(last.kind).title,
            "on": words.day(last.happened_on),
            "reason": _reason(db, actor, last, lists),
            "began": words.day(next((one.happened_on for one in entries if one.kind == "started"), None)),
            "attended": str(len(days)),
            "last_day": words.day(max(days, default=None)),
            "missed": str(sum(1 for one in entries if one.kind == "missed")),
        },
        parts=(),
        closing=words("document.exit_report.closing"),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.EXIT_REPORT, sending, Recipient.AGENCY)
    return Paper(
        kind=DocumentKind.EXIT_REPORT,
        recipient=recipient,
        content=notice_paper.make(made, recipient, words),
        record=db.get_one(CaseFile, person.file_id),
        act="print_exit_report",
        case_id=case_id,
        choices=choices,
        expected=(person.name, programme),
    )


@access.of_one_case
def is_due(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Could somebody who ordered the programme have to hear that he does not come any more?"""
    return _end(notice_paths.of_own(db, actor, case_id)) is not None


def _end(entries: Sequence[PathEntry]) -> PathEntry | None:
    """With what he stopped coming; None where he comes, as far as the path says."""
    told = [one for one in entries if one.kind in _ENDS | _COMES]
    return told[-1] if told and told[-1].kind in _ENDS else None


def _parts(one: Noticed, lists: ImmediateNotices, words: Words) -> Iterator[Part]:
    said = one.said
    yield Part(words("notices.facts"), (said.facts,))
    yield Part(words("notices.reason"), _titles(lists.reasons, [said.reason]))
    yield Part(words("notices.order"), _titles(lists.orders, [said.order]))
    yield Part(words("notices.known_from"), _titles(lists.known_from, [said.known_from]))
    yield Part(words("notices.done"), tuple(filter(None, (said.done,))))
    asked = (*_titles(lists.asks, said.asks), *filter(None, (said.asked,)))
    yield Part(words("notices.asked"), asked)
    yield Part(words("notices.what_to_do"), (lists.trigger(said.trigger).do,))
    receipts = (words("notices.read_by_whom", name=by.name, at=words.moment(by.at)) for by in one.receipts)
    answers = (
        words(
            "notices.answered",
            name=name,
            at=words.moment(answer.created_at),
            what=". ".join(filter(None, ("; ".join(notice_answers.decided(answer, lists)), answer.text))),
        )
        for answer, name in one.answers
    )
    yield Part(words("document.notice.became"), (*receipts, *answers))


def _titles(choices: Iterable[Choice], ids: Iterable[str]) -> tuple[str, ...]:
    wanted = set(ids)
    return tuple(one.title for one in choices if one.id in wanted)


def _reason(db: Session, actor: Actor, entry: PathEntry, lists: ImmediateNotices) -> str:
    """Why, by category, as the notice of this entry says; nothing where none was sent.

    That there was violence stays out where it came from anybody else: he can read the court's file, and would know
    that she told.
    """
    for notice, item in immediate_notices.of_entry(db, actor, entry.id):
        said = notice_texts.read(item.text)
        if said.reason == _TOLD and said.known_from not in _OWN_KNOWLEDGE:
            continue
        if notice.entry_id == entry.id and said.reason:
            return "; ".join(_titles(lists.reasons, [said.reason]))
    return ""
