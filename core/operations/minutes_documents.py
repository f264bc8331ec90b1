"""The minutes, or the consultation note, in Word: the same content as on the screen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.documents import minutes as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.models import Role, Seen
from core.operations import minutes, outgoing, risk_words
from core.operations.minutes import Content, Struck, Version, View
from core.operations.minutes_contents import Attended, Discussed, Planned, changes, responsible
from core.operations.papers import USUAL, Paper, Sending
from core.operations.presences import Presence

_VIEWS = (Entry.PP_VIEW, Entry.VSS_VIEW, Entry.PP_SAID, Entry.VSS_SAID, Entry.VIEWS_KEPT)
_DECIDED = (Entry.DECISIONS, Entry.AGREED)


@outgoing.document
def document(db: Session, actor: Actor, meeting_id: UUID, *, words: Words, sending: Sending = USUAL) -> Paper:
    """The latest version in Word, for the two services only."""
    view = minutes.of_meeting(db, actor, meeting_id)
    is_note = view.latest.content.is_consultation
    kind = DocumentKind.CONSULTATION_NOTE if is_note else DocumentKind.MINUTES
    recipient, choices = outgoing.to_whom(kind, sending, Recipient.JOINT)
    return Paper(
        kind=kind,
        recipient=recipient,
        content=word.make(_document(view, actor, words), recipient, words),
        record=view.meeting,
        act="print",
        case_id=view.meeting.case_id,
        choices=choices,
    )


def _document(view: View, actor: Actor, words: Words) -> word.MinutesDocument:
    content, latest = view.latest.content, view.latest
    return word.MinutesDocument(
        case_code=content.code or words("minutes.no_case"),
        meeting_kind=content.kind_title,
        held_at_text=held_at(content, words),
        place=place(content, words),
        chair=content.chair,
        minute_taker=content.minute_taker,
        version_text=words("minutes.version", number=latest.number),
        status=status(view, words),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        purpose=content.purpose,
        attendance=tuple(_attendee(person, content, words) for person in content.people if person.took_part),
        apologies="\n".join(apologies(content)),
        not_there="\n".join(not_there(content)),
        risk_level=risk_level(content, words),
        risk_settled="\n".join(risk_settled(content, words)),
        last_actions=tuple(
            _action(action, words, said=state_of_last(action, words)) for action in content.last_actions
        ),
        items=tuple(_item(item, words) for item in content.discussed),
        silent=silent(content, words),
        not_reached=not_reached(content, words),
        new_actions=tuple(_action(action, words) for action in content.new_actions),
        next_meeting=next_meeting(content, words),
        corrections=tuple(
            line
            for before, after in zip(view.versions, view.versions[1:], strict=False)
            for line in _corrections(before, after, words)
        )
        + tuple(struck(each, words) for each in view.struck),
        addenda=tuple(
            words("minutes.added", text=added.text, name=added.name, at=words.moment(added.at))
            for added in view.addenda
        ),
        approvals=tuple(
            words("minutes.approval", name=agreed.name, service=agreed.service, at=words.moment(agreed.at))
            for agreed in latest.approvals
        ),
        is_consultation_note=content.is_consultation,
        language=words.language,
    )


def status(view: View, words: Words) -> str:
    """Where the minutes stand, in one line."""
    if view.is_locked:
        return words("minutes.locked", at=words.moment(view.latest.approvals[-1].at))
    return words("minutes.waiting", services=", ".join(view.waiting_for))


def struck(each: Struck, words: Words) -> str:
    """That words were struck out, or may be back, when, by which service, why and in which parts."""
    said = words(
        "minutes.struck_back" if each.is_back else "minutes.struck",
        at=words.moment(each.at),
        name=each.name,
        service=each.service,
        ground=words(f"strike.ground.{each.ground}"),
    )
    if not each.sections:
        return said
    where = "; ".join(words(f"strike.section.{section}") for section in each.sections)
    return f"{said} {words('minutes.struck_in', where=where)}"


def said(part: str, value: str, words: Words) -> str:
    """What stood in a part before or after, as people read it."""
    match part:
        case "minutes.took_part":
            return words(f"presence.{value}")
        case "minutes.binds":
            return words(f"minutes.binds_{value}")
        case "document.minutes.term":
            return words.day(date.fromisoformat(value))
        case "document.minutes.next_meeting":
            return words.moment(datetime.fromisoformat(value)) if value else words("minutes.nothing")
        case _:
            return value or words("minutes.nothing")


def part_of(version: Version, part: str, words: Words) -> str:
    """What a version changed; said so where the minute taker changed what the other side says."""
    if version.speaks_for_other(part):
        return words("minutes.by_minute_taker", part=words(part))
    return words(part)


def held_at(content: Content, words: Words) -> str:
    return words("minutes.held_at", at=words.moment(content.started_at), until=words.time(content.closed_at))


def place(content: Content, words: Words) -> str:
    return content.place or (words("minutes.remote") if content.is_remote else "")


def silent(content: Content, words: Words) -> str:
    """The items that were opened and to which nothing was written, in one line; empty where there is none."""
    titles = "; ".join(item.title for item in content.silent)
    return words("minutes.silent", titles=titles) if titles else ""


def not_reached(content: Content, words: Words) -> str:
    """The items that nobody came to, in one line; empty where there is none."""
    titles = "; ".join(item.title for item in content.items if not item.is_reached and not item.is_written)
    return words("minutes.not_reached_all", titles=titles) if titles else ""


def next_meeting(content: Content, words: Words) -> str:
    if content.next_meeting_at is None:
        return ""
    return f"{words.moment(content.next_meeting_at)}, {content.next_meeting_kind}"


def risk_level(content: Content, words: Words) -> str:
    """The level of risk in force at the closing, who chose it and when, in one line; empty where there was none."""
    held = content.risk_level
    if held is None:
        return ""
    said = words(
        "minutes.risk_chosen",
        grade=words(f"risk.grade.{held.grade}"),
        name=held.chosen_by,
        service=held.service,
        day=words.day(held.on),
    )
    if not held.agreed_by:
        return said
    return words("minutes.risk_agreed", said=said, name=held.agreed_by, day=words.day(held.agreed_on))


def risk_settled(content: Content, words: Words) -> list[str]:
    """What this meeting settled, one line for each person: by name what is or was there, by number the rest."""
    people = dict.fromkeys(one.about for one in content.risk_settled)
    return [_settled_of(about, content, words) for about in people]


def _settled_of(about: str, content: Content, words: Words) -> str:
    theirs = [one for one in content.risk_settled if one.about == about]
    there = [one for one in theirs if one.seen in {Seen.PRESENT, Seen.PAST}]
    said = [f"{one.item} ({risk_words.state(words, one.seen, one.past_on)})" for one in there]
    if rest := len(theirs) - len(there):
        said.append(words.count("minutes.risk_rest", rest))
    return words("minutes.risk_settled", about=risk_words.about(words, about), items="; ".join(said))


def apologies(content: Content) -> list[str]:
    """Who was on the list, was not there and sent an apology, with its words."""
    return [
        f"{person.name}, {person.service}: {person.apology}"
        for person in content.people
        if not person.took_part and person.apology
    ]


def not_there(content: Content) -> list[str]:
    """Who was on the list and not there, and of whom no apology is written down."""
    missing = (person for person in content.people if not person.took_part and not person.apology)
    return [f"{person.name}, {person.service}" for person in missing]


def role(person: Attended, content: Content, words: Words) -> str:
    """What a person is in this case, and what they did in this meeting; other offices they may hold say nothing here."""
    functions = [each for each in person.roles if each not in {Role.CHAIR, Role.MINUTE_TAKER}]
    here = {Role.CHAIR: content.chair, Role.MINUTE_TAKER: content.minute_taker}
    parts = [part for part, name in here.items() if name == person.name]
    return ", ".join(words(f"role.{each}") for each in [*functions, *parts])


def took_part(person: Attended, words: Words) -> str:
    """How a person took part, and what is to be known about it."""
    notes = [words(f"presence.{person.presence}")]
    if person.presence is Presence.REMOTE and person.is_room_private:
        notes.append(words("minutes.room_private"))
    if person.left_early:
        notes.append(words("table.left_early"))
    if person.conflict_of_interest:
        notes.append(words("minutes.conflict", text=person.conflict_of_interest))
    return "; ".join(notes)


def state(action: Planned, words: Words) -> str:
    """What became of an action, with its reason."""
    key = "outcome.carried_over" if action.is_carried_over else f"action.state.{action.state}"
    return f"{words(key)}: {action.reason}" if action.reason else words(key)


def state_of_last(action: Planned, words: Words) -> str:
    """The same of an action of last time: what is open and got no new term was not answered in the meeting."""
    said = state(action, words)
    is_answered = not action.state.is_open or action.is_carried_over
    return said if is_answered else words("minutes.not_answered", state=said)


def _attendee(person: Attended, content: Content, words: Words) -> word.Attendee:
    return word.Attendee(
        name=person.name,
        service=person.service,
        role=role(person, content, words),
        mode=took_part(person, words),
        declaration_confirmed=person.declared_at is not None,
    )


def _action(action: Planned, words: Words, *, said: str = "") -> word.PlannedAction:
    return word.PlannedAction(
        need=action.need,
        action=action.text,
        term=words.day(action.due_on),
        responsible=responsible(action),
        state=said or state(action, words),
    )


def _item(item: Discussed, words: Words) -> word.MinutesItem:
    title = item.title if item.is_reached else words("minutes.not_reached", title=item.title)
    views = [f"{words(f'entry.{entry}')}: {item.texts[entry]}" for entry in _VIEWS if item.texts.get(entry)]
    return word.MinutesItem(
        title=title,
        facts=item.texts.get(Entry.FACTS, ""),
        views="\n".join(views),
        decisions="\n".join(item.texts[entry] for entry in _DECIDED if item.texts.get(entry)),
    )


def _corrections(before: Version, after: Version, words: Words) -> list[str]:
    return [
        words(
            "minutes.corrected" if what else "minutes.corrected_head",
            number=after.number,
            name=after.made_by,
            at=words.moment(after.made_at),
            what=what,
            part=part_of(after, part, words),
        )
        for what, part, _, _ in changes(before.content, after.content)
    ]
