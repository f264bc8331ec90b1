"""The copy of one person's own data: what may be in it, what is left out, and the file.

It is built from the own service's own file alone, whatever the joint space holds: a copy for him has no road to her.
What a service wrote down in its own file after it read something of the other's stays out too, and no tick brings it
back. Everything else that may be about somebody else is left out unless a person looked at it and said that it may go.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content import consent_purposes, file_topics
from core.documents import person_copy
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Conflict
from core.locale import Words
from core.models import (
    AttendedDay,
    Case,
    Consent,
    Episode,
    EpisodeSource,
    FileNote,
    PathEntry,
    PersonRequest,
    Subject,
    SubjectKind,
)
from core.operations import (
    copies_closing,
    copies_digital,
    copies_notices,
    copies_risk,
    outgoing,
    person_requests,
    protocols,
    questionnaires,
    responses,
)
from core.operations.copy_pieces import Choice, Piece
from core.operations.copy_walls import Walls
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

#: Judging the danger is never for him (domain 8.1, 6).
_NEVER_FOR_HIM = frozenset({"dynamic_risk"})
#: What leads to her and the children, or is between them and their service.
_REACH = ("address", "phone", "email", "safe_channel", "safe_times", "code_phrase", "who_may_know")
#: Written down from somebody else, by their nature.
_OF_OTHERS = frozenset({"other_agencies", "his_children", "children", "shared_without_consent"})
#: Whoever told of it: somebody looks before it goes.
_TOLD_BY_OTHERS = frozenset({"episode"})


@access.of_case_of(PersonRequest)
def pieces(db: Session, actor: Actor, request_id: UUID) -> list[Piece]:
    """Everything of the own file that is about the person who asks, with what speaks against giving it away."""
    request = person_requests.find(db, actor, request_id)
    subject = person_requests.subject_of(db, actor, request)
    audit.look(db, request, "read_copy", case_id=request.case_id)
    walls = Walls(db, actor, request.case_id, subject)
    return [walls.judged(one) for one in _found(db, actor, subject, request.case_id, walls)]


def _found(db: Session, actor: Actor, subject: Subject, case_id: UUID, walls: Walls) -> Iterator[Piece]:
    """What there is, with what speaks against it by its kind; its text is looked at afterwards, whatever kind it is."""
    yield from _reach(subject)
    yield from _consents(db, subject)
    if subject.kind is SubjectKind.CHILD:
        return
    yield from _notes(db, actor, subject, walls)
    yield from _answers(db, actor, subject, case_id)
    yield from _path(db, actor, subject, case_id)
    yield from _attended(db, subject)
    for one in copies_digital.pieces(db, actor, subject):
        # What he could do on her devices, and what she does about it, is not for a paper that he may find.
        yield one if subject.kind is SubjectKind.HIM else replace(one, doubt=one.doubt or "unsafe")
    yield from copies_risk.pieces(db, actor, subject)
    yield from copies_closing.pieces(db, actor, subject)
    yield from copies_notices.pieces(db, actor, subject, case_id)


@outgoing.document
def document(db: Session, actor: Actor, request_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The copy as one file: to read in Word, and for a machine in JSON. A second person has looked at what is in it."""
    require(actor, Permission.TAKE_COPY)
    request = person_requests.find(db, actor, request_id)
    if request.checked_by is None or not request.is_identified:
        raise Conflict("error.person_request.unchecked")
    subject = person_requests.subject_of(db, actor, request)
    choice = Choice(request)
    goes = [one for one in pieces(db, actor, request_id) if choice.goes(one)]
    data = about(db, actor, request_id)
    said = about_in_words(data, words)
    # The language is a word of every text.
    itself = about_in_words({name: value for name, value in data.items() if name != "language"}, words)
    reach = [one.text for one in goes if one.section == "reach"]
    read = person_copy.PersonCopy(
        service=actor.service_name,
        made_on=words.day(clock.today()),
        data=tuple(said),
        entries=tuple(
            person_copy.Entry(
                words(f"copy.section.{one.section}"), one.heading, words.day(one.on), whole(one, words)
            )
            for one in goes
        ),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.PERSON_COPY, sending, Recipient.PERSON)
    made = person_copy.make(read, recipient, words)
    return Paper(
        kind=DocumentKind.PERSON_COPY,
        recipient=recipient,
        content=_zipped(made, _machine(actor, data, goes, words)),
        record=request,
        act="take_copy",
        case_id=request.case_id,
        extension="zip",
        choices=choices,
        places=tuple({subject.address, subject.email} & {*reach, *map(str, data.values())} - {""}),
        expected=(actor.service_name, *(value for _, value in itself), *reach),
        packed=made,
        is_his_copy=subject.kind is SubjectKind.HIM,
    )


def whole(piece: Piece, words: Words) -> str:
    """What stands there, an answer in words before it."""
    return " · ".join(part for part in (words(piece.said) if piece.said else "", piece.text) if part)


def _machine(actor: Actor, data: dict[str, object], goes: list[Piece], words: Words) -> bytes:
    said = {
        "service": actor.service_name,
        "made_on": clock.today().isoformat(),
        "person": {name: str(value) for name, value in data.items()},
        "entries": [
            {
                "section": one.section,
                "about": one.heading,
                "day": one.on.isoformat(),
                "text": whole(one, words),
            }
            for one in goes
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _zipped(word: bytes, machine: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (("copy.docx", word), ("copy.json", machine)):
            packed.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


@access.of_case_of(PersonRequest)
def about(db: Session, actor: Actor, request_id: UUID) -> dict[str, object]:
    """What the file says about the person, which always goes along: for her and the children nothing that leads to them."""
    request = person_requests.find(db, actor, request_id)
    subject = person_requests.subject_of(db, actor, request)
    audit.look(db, request, "read_copy", case_id=request.case_id)
    names = ["name", "born_on", "language"]
    if subject.kind is SubjectKind.HIM:
        names += ["address", "phone", "email"]
    return {name: value for name in names if (value := getattr(subject, name))}


def _reach(subject: Subject) -> Iterator[Piece]:
    """Where she and the children are found, and how they are reached safely: theirs, and lost if he finds the paper."""
    if subject.kind is SubjectKind.HIM:
        return
    for name in _REACH:
        if value := getattr(subject, name):
            on, said = clock.day(subject.created_at), f"subject.{name}"
            yield Piece(f"{name}:{subject.id}", "reach", "", on, value, said=said, doubt="unsafe")


def about_in_words(data: dict[str, object], words: Words) -> list[tuple[str, str]]:
    """The same as it is read: what it is, and what it says."""
    return [
        (words(f"subject.{name}"), words.day(value) if isinstance(value, date) else str(value))
        for name, value in data.items()
    ]


def _consents(db: Session, subject: Subject) -> Iterator[Piece]:
    purposes = consent_purposes.load()
    # As they were written down: the last of them holds, also where its day is not the last.
    for one in db.scalars(
        select(Consent).where(Consent.subject_id == subject.id).order_by(Consent.created_at)
    ):
        text = " · ".join(part for part in (one.exceptions, one.how_asked) if part)
        title = purposes.purpose(one.purpose).title
        yield Piece(
            str(one.id),
            "consent",
            title,
            one.asked_on,
            text,
            said=f"consent.state.{one.state}",
            written_on=clock.day(one.created_at),
        )


def _attended(db: Session, subject: Subject) -> Iterator[Piece]:
    """On which days he was there; of nobody else are days written down."""
    statement = select(AttendedDay.attended_on).where(AttendedDay.file_id == subject.file_id)
    days = db.scalars(statement.order_by(AttendedDay.attended_on)).all()
    if days and subject.kind is SubjectKind.HIM:
        text = ", ".join(day.isoformat() for day in days)
        yield Piece(f"attended:{subject.id}", "attended", "", days[-1], text)


def _notes(db: Session, actor: Actor, subject: Subject, walls: Walls) -> Iterator[Piece]:
    topics = file_topics.load()
    statement = access.visible_notes(actor).where(FileNote.file_id == subject.file_id)
    for note in db.scalars(statement.order_by(FileNote.written_on, FileNote.created_at)):
        is_his = subject.kind is SubjectKind.HIM
        # The source does not go along; what it says of the text it does.
        never = (is_his and note.topic in _NEVER_FOR_HIM) or walls.is_of_the_other(note.source)
        doubt = ""
        if never:
            doubt = "never"
        elif note.topic in _OF_OTHERS:
            doubt = "of_others"
        elif note.source:
            doubt = "source"
        yield Piece(
            str(note.id),
            "note",
            topics.topic(note.topic).title,
            note.written_on,
            note.text,
            doubt=doubt,
            never=never,
        )


def _answers(db: Session, actor: Actor, subject: Subject, case_id: UUID) -> Iterator[Piece]:
    """What the person themselves answered on change; of the other respondent the own file holds nothing."""
    if str(questionnaires.respondent_of(actor.kind)) != str(subject.kind):
        return
    asked = [one for one in responses.of_case(db, actor, case_id) if one.is_begun and one.asked_on]
    rows = responses.rows_of(db, actor, asked)
    for one in asked:
        form = questionnaires.load(db, one.questionnaire, one.number)
        said = {question: row.value for question, row in rows[one.id].items() if row.value}
        text = "\n".join(
            f"{question.title} {form.said(question, said[question.id])}"
            for question in form.questions
            if question.id in said
        )
        title = f"{form.title} · {one.label}"
        typed = "\n".join(said.values())
        yield Piece(str(one.id), "answers", title, one.asked_on or clock.today(), text, typed=typed)


def _path(db: Session, actor: Actor, subject: Subject, case_id: UUID) -> Iterator[Piece]:
    """What happened on the own path; that she told of something never goes to him, whoever wrote it down."""
    protocol = protocols.of_case(db, db.get_one(Case, case_id))
    statement = access.own_path_entries(actor).where(PathEntry.case_id == case_id)
    ids = statement.with_only_columns(PathEntry.id)
    told = {
        one.entry_id: one
        for one in db.scalars(access.visible_episodes(actor).where(Episode.entry_id.in_(ids)))
    }
    for one in db.scalars(statement.order_by(PathEntry.happened_on, PathEntry.created_at)):
        text = _told(told[one.id]) if one.id in told else one.note
        is_her_account = one.id in told and told[one.id].source == EpisodeSource.HER
        never = is_her_account and subject.kind is SubjectKind.HIM
        doubt = "never" if never else "of_others" if one.kind in _TOLD_BY_OTHERS else ""
        yield Piece(
            str(one.id),
            "path",
            protocol.path_kind(one.kind).title,
            one.happened_on,
            text,
            doubt=doubt,
            never=never,
            written_on=clock.day(one.created_at),
        )


def _told(episode: Episode) -> str:
    return " ".join(filter(None, (episode.severity, episode.injuries, episode.action_taken)))
