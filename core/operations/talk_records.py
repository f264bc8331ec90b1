"""The record of the managements' talk in Word: ratings of both sides, commitments, key aspects, who took part."""

from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.documents import talk_record as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.locale import Words
from core.operations import outgoing, talks
from core.operations.papers import USUAL, Paper, Sending
from core.operations.talks import Challenge, Held, Rating
from core.settings import settings


@outgoing.document
def document(
    db: Session, actor: Actor, cooperation_id: UUID, *, words: Words, sending: Sending = USUAL
) -> Paper:
    """The record as the talk stands now."""
    standing = talks.find(db, actor, cooperation_id)
    cooperation, held = standing.cooperation, standing.held
    made = word.TalkRecord(
        services=f"{cooperation.pp.name} · {cooperation.vss.name}",
        held_on_text=words.day(held.held_on) or words("talk.not_held"),
        pp_present=_functions(held.pp_present, words),
        vss_present=_functions(held.vss_present, words),
        status=_status(held, words),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        challenges=tuple(_challenge(one, words) for one in standing.challenges),
        commitments=tuple(
            word.Commitment(
                one.topic.title,
                proposal.text,
                words(f"phase_1.side_{proposal.side}"),
                words.day(proposal.due_on) or words("talk.from_start"),
            )
            for one in standing.remedies
            for proposal in one.proposals
        ),
        aspects=tuple(word.MeantAspect(one.topic.title, one.text) for one in standing.aspects if one.text),
        language=settings().language,
    )
    recipient, choices = outgoing.to_whom(DocumentKind.TALK_RECORD, sending, Recipient.JOINT)
    return Paper(
        kind=DocumentKind.TALK_RECORD,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=cooperation,
        act="printed",
        choices=choices,
    )


def _status(held: Held, words: Words) -> str:
    """In preparation until the day of the talk is written down."""
    key = "talk.status_held" if held.held_on else "talk.status_open"
    return words(key, day=words.day(clock.today()))


def _functions(typed: str, words: Words) -> str:
    return ", ".join(line.strip() for line in typed.splitlines() if line.strip()) or words("talk.nobody")


def _challenge(one: Challenge, words: Words) -> word.RatedChallenge:
    apart = words(f"talk.apart.{one.apart}") if one.apart is not None else words("talk.open")
    return word.RatedChallenge(one.topic.title, _said(one.pp, words), _said(one.vss, words), apart)


def _said(rating: Rating, words: Words) -> str:
    weight = words(f"talk.weight.{rating.weight}") if rating.weight else words("talk.not_rated")
    return f"{weight}: {rating.note}" if rating.note else weight
