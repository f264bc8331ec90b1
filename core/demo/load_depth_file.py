"""What five years leave in the two files: people, notes, consents, whom not to write to, how she was reached, requests."""

from datetime import timedelta
from itertools import cycle
from typing import Final

from core.content import consent_purposes
from core.demo import story_case
from core.demo.load_deep import Deep, Own, every
from core.demo.stage import say
from core.models import (
    Barred,
    Consent,
    ConsentState,
    ContactUse,
    FileNote,
    Hold,
    HoldGround,
    Known,
    MustNotReceive,
    PathEntry,
    PersonRequest,
    RequestKind,
    StillSafe,
)
from core.operations import path_entries
from core.operations.retention import after

#: Whom nobody of her service writes to, calls or tells.
BARRED: Final = ((Barred.HIM, "him"), (Barred.CONTACT, "sister_in_law"), (Barred.ADDRESS, "old_flat"))
#: Months between notes, between consents asked anew, between uses of her contact card.
NOTED, CONSENTED, USED = 2, 9, 1


def lay(deep: Deep) -> None:
    _describe(deep)
    _note(deep)
    for own in deep.sides.values():
        _consent(deep, own)
        _ask(deep, own)
    _bar(deep)
    _use_card(deep)


def _describe(deep: Deep) -> None:
    """The codes of the people, and how she is reached."""
    him, her, children = deep.his.about, deep.hers.about, deep.hers.people[1:]
    him.code, her.code = "M-60", "W-60"
    for child, letter in zip(children, "ab", strict=True):
        child.code = f"C-60{letter}"
    her.safe_channel, her.safe_times = say("her.safe_channel"), say("her.safe_times")
    her.code_phrase = say("her.code_phrase")


def _note(deep: Deep) -> None:
    notes = cycle(story_case.NOTES)
    for day in every(NOTED, deep.began, deep.today):
        key, who, topic, *_ = next(notes)
        own = deep.sides.get(who, deep.hers)
        with deep.on(day, 16):
            deep.add(
                FileNote(
                    file_id=own.file.id,
                    author_id=own.actor.person_id,
                    topic=topic,
                    text=say(f"{key}.text"),
                    source=say(f"{key}.source"),
                    written_on=day,
                )
            )
    with deep.on(deep.began + timedelta(days=30)):
        talk = PathEntry(
            case_id=deep.case.id,
            service_id=deep.hers.actor.service_id,
            kind="expectations",
            happened_on=deep.began + timedelta(days=30),
            note=say("path.expectations"),
        )
        deep.add(talk)


def _consent(deep: Deep, own: Own) -> None:
    """Asked again and again, once withdrawn, and given again."""
    states = (ConsentState.GIVEN, ConsentState.GIVEN_EXCEPT, ConsentState.WITHDRAWN, ConsentState.GIVEN)
    side = path_entries.side_of(own.actor)
    how = say("consent.how_woman" if own is deep.hers else "consent.how_man")
    for purpose in consent_purposes.load().of(side):
        for number, day in enumerate(every(CONSENTED, deep.began - timedelta(days=10), deep.today)):
            state = states[min(number, len(states) - 1)]
            with deep.on(day, 9):
                consent = Consent(
                    subject_id=own.about.id,
                    purpose=purpose.id,
                    state=state,
                    exceptions=say("consent.exceptions") if state is ConsentState.GIVEN_EXCEPT else "",
                    how_asked=how,
                    was_safe=Known.YES,
                    asked_on=day,
                    language=say("consent.language"),
                    recorded_by=own.actor.person_id,
                )
                deep.add(consent)
                deep.done(own, "record", consent)


def _ask(deep: Deep, own: Own) -> None:
    """Each asks for a copy of their file; and nothing of it is erased while the court needs it."""
    day = deep.today - timedelta(days=9)
    with deep.on(day, 15):
        deep.add(
            PersonRequest(
                service_id=own.actor.service_id,
                case_id=deep.case.id,
                subject_id=own.about.id,
                subject_kind=own.about.kind,
                kind=RequestKind.ACCESS,
                asked_on=day,
                due_on=after(day, 1),
                is_identified=True,
                recorded_by=own.actor.person_id,
            ),
            Hold(
                case_id=deep.case.id,
                service_id=own.actor.service_id,
                part="",
                ground=HoldGround.COURT,
                reason=say("path.hearing"),
                until=day + timedelta(days=200),
                set_by=own.actor.person_id,
            ),
        )


def _bar(deep: Deep) -> None:
    with deep.on(deep.began, 13):
        deep.add(
            *(
                MustNotReceive(
                    file_id=deep.hers.file.id,
                    about_id=one.id,
                    kind=kind,
                    whom="" if kind is Barred.HIM else say(f"deep.barred.{key}"),
                    why=say("vss_note.never.text"),
                    since=deep.began,
                    recorded_by=deep.hers.actor.person_id,
                )
                for one in deep.hers.people
                for kind, key in BARRED
            )
        )


def _use_card(deep: Deep) -> None:
    answers = cycle((StillSafe.YES, StillSafe.NOT_ASKED, StillSafe.YES, StillSafe.CHANGED))
    for day in every(USED, deep.began, deep.today):
        answer = next(answers)
        with deep.on(day, 12):
            use = ContactUse(
                subject_id=deep.hers.about.id,
                used_by=deep.hers.actor.person_id,
                answer=answer,
                answered_by=deep.hers.actor.person_id,
                answered_at=deep.at(day, 13),
                note=say("deep.card_changed") if answer is StillSafe.CHANGED else "",
            )
            deep.add(use)
            deep.done(deep.hers, "use", use)
