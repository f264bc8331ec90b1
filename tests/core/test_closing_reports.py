"""The closing report in Word, read back."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.recipients import Recipient
from core.documents.read import lines
from core.errors import NotAllowed
from core.locale import Words
from core.models import Agreement, Closing, MeetingState
from core.operations import action_plans, closing_reports, closing_texts, closings, outgoing
from core.operations.action_plans import ActionState
from core.operations.closings import ReopenReason
from core.operations.papers import Sending
from tests import closing as steps
from tests.make import Make, Pair

WORDS = Words("en", "UTC")


def report(db: Session, actor: Actor, closing: Closing) -> str:
    """All that stands in it: paragraphs and tables."""
    content = closing_reports.document(db, actor, closing.id, words=WORDS)
    return "\n".join(line.text for line in lines(content))


def written(db: Session, make: Make, pair: Pair) -> Closing:
    closing = steps.prepared(db, make, pair)
    action = make.action(pair)
    action_plans.set_state(
        db, pair.pp, action.id, state=ActionState.HANDED_ON, reason="The school goes on", version=1
    )
    for actor, words in ((pair.pp, "A year of the group"), (pair.vss, "Thirty talks")):
        closing_texts.write(db, actor, closing.id, key="course", words=words, version=0)
    closing_texts.write(db, pair.vss, closing.id, key="helped", words="One number", version=0)
    return steps.proposed(db, pair.pp, closing)


def test_both_read_the_same_report_with_what_each_wrote_under_its_own_name(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)

    found = report(db, pair.vss, closing)

    assert found.index("A year of the group") < found.index("Thirty talks")
    assert "Handed on: The school goes on" in found
    assert "Programme completed" in found
    assert "This report says neither that he changed" in found
    assert "T3" in found
    assert pair.pp.name in found
    assert "Closing meeting" in found


def test_a_time_that_is_ahead_is_to_come_and_no_level_is_said_to_be_none(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)
    for days, label in ((-40, "T1"), (170, "T4")):
        make.t_point(pair, label, clock.today() + timedelta(days=days))

    said = report(db, pair.vss, closing).split("\n")

    held = {
        one[:2]: said[place + 2 : place + 4] for place, one in enumerate(said) if one[:3] in {"T1:", "T4:"}
    }
    assert held == {"T1": ["not done", "not done"], "T4": ["to come", "to come"]}
    assert said[said.index("Level of risk that holds") + 1] == "No level yet."


def test_it_holds_nothing_of_what_a_side_does_for_its_own_person_or_why_it_did_not_ask(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = written(db, make, pair)

    for actor in (pair.pp, pair.vss):
        found = report(db, actor, closing)
        assert "The helpline" not in found
        assert "safe to ask" not in found.lower()
        assert "One number" not in found


def test_without_a_proposal_it_says_that_it_is_being_prepared(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    found = report(db, pair.pp, closing)

    assert "Being prepared" in found
    assert "Programme completed" not in found


def test_an_end_that_was_declined_leaves_neither_ground_nor_day(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)
    ended = WORDS.day(closing.ended_on)
    before = report(db, pair.vss, closing)

    closings.take_back(db, pair.vss, closing.id, version=closing.version)
    found = report(db, pair.vss, closing)

    assert "Being prepared" in found
    assert "Programme completed" not in found
    assert found.count(ended) == before.count(ended) - 1


def test_what_one_service_noted_alone_is_no_meeting_that_was_held(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)
    noted = make.meeting(pair, "emergency")
    noted.state, noted.closed_at, noted.is_consultation = MeetingState.CLOSED, clock.now(), True
    db.flush()
    assert "Emergency meeting" not in report(db, pair.pp, closing)

    noted.is_consultation = False
    db.flush()
    assert "Emergency meeting" in report(db, pair.pp, closing)


def test_an_end_without_follow_up_says_so_and_why_something_was_lacking(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.agreed(db, make, pair, has_follow_up=False)

    found = report(db, pair.pp, closing)

    assert "No follow-up" in found
    assert "Nobody can be reached" in found
    assert pair.vss.name in found


def test_it_goes_to_nobody_but_the_two_services(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)
    wanted = closing_reports.document.of(closing.id, words=WORDS)

    assert outgoing.look(db, pair.pp, wanted, Sending()).choices[0] is Recipient.JOINT
    for recipient in (Recipient.HIM, Recipient.HER, Recipient.AGENCY, Recipient.MANAGEMENT):
        with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
            outgoing.look(db, pair.pp, wanted, Sending(recipient=recipient))


def test_after_the_agreement_nobody_takes_it_along(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = written(db, make, pair)
    for agreement in db.query(Agreement).filter_by(case_id=pair.case.id):
        agreement.terminated_on = agreement.in_force_from
        agreement.ends_on = agreement.in_force_from
    db.flush()

    with pytest.raises(NotAllowed):
        closing_reports.document(db, pair.pp, closing.id, words=WORDS)


def test_the_report_of_an_end_that_did_not_stay_says_so_and_keeps_what_was_written(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    proposed = written(db, make, pair)
    first = closings.agree(db, pair.vss, proposed.id, version=proposed.version)
    closings.reopen(db, pair.vss, pair.case.id, reason=ReopenReason.NEEDED, version=pair.case.version)
    second = closings.begin(db, pair.pp, pair.case.id)

    assert closings.earlier(db, pair.pp, pair.case.id) == [first]
    found = report(db, pair.vss, first)
    assert "An earlier end: the case was taken up again" in found
    assert "A year of the group" in found
    assert "A year of the group" not in report(db, pair.vss, second)


def test_nobody_else_reads_of_an_end_that_did_not_stay(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    closings.reopen(db, pair.vss, pair.case.id, reason=ReopenReason.NEEDED, version=pair.case.version)

    assert closings.earlier(db, make.actor(pair.pp.service_id), pair.case.id) == []
    assert closings.earlier(db, make.pair().vss, pair.case.id) == []
