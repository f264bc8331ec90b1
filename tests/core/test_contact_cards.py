"""Her contact card: asked about at each use, and the talk about what she expects after he has begun."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.content import expectations as content
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import ContactUse, Event, StillSafe, Subject, SubjectKind
from core.operations import contact_cards, expectations, files, path_entries, today
from core.operations.files import Contacts
from tests import notices
from tests.make import Make, Pair


def carded(make: Make) -> tuple[Pair, Subject]:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel = "Her colleague at work"
    make.db.flush()
    return pair, her


def began(db: Session, pair: Pair, days: int = 0, *, is_shared: bool = True) -> None:
    on = clock.today() - timedelta(days=days)
    path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=on, is_shared=is_shared)
    db.flush()


def test_each_use_is_asked_about_and_kept_with_who_said_what(db: Session, make: Make) -> None:
    pair, _ = carded(make)
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)

    first = contact_cards.use(db, pair.vss, pair.case.id)
    assert contact_cards.use(db, pair.vss, pair.case.id).id == first.id
    contact_cards.answer(db, pair.vss, first.id, answer=StillSafe.YES, note="", version=1)
    second = contact_cards.use(db, colleague, pair.case.id)

    card = contact_cards.of_case(db, pair.vss, pair.case.id)
    assert [one.use.id for one in card.uses] == [second.id, first.id]
    assert (card.uses[1].by, card.uses[1].answered_by) == (pair.vss.name, pair.vss.name)
    assert not card.has_changed
    assert card.unanswered(colleague.person_id) == (card.uses[0],)
    assert card.unanswered(pair.vss.person_id) == ()


def test_neither_an_old_answer_nor_an_old_use_that_waits_goes_out_of_sight(db: Session, make: Make) -> None:
    pair, _ = carded(make)
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    changed = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(db, pair.vss, changed.id, answer=StillSafe.CHANGED, note="He reads along", version=1)
    waiting = contact_cards.use(db, colleague, pair.case.id)

    for _ in range(25):
        used = contact_cards.use(db, pair.vss, pair.case.id)
        contact_cards.answer(db, pair.vss, used.id, answer=StillSafe.NOT_ASKED, note="Not reached", version=1)

    card = contact_cards.of_case(db, pair.vss, pair.case.id)
    assert card.has_changed
    assert [one.use.id for one in card.unanswered(colleague.person_id)] == [waiting.id]


def test_what_has_changed_is_said_and_warns_until_it_is_safe_again(db: Session, make: Make) -> None:
    pair, _ = carded(make)
    use = contact_cards.use(db, pair.vss, pair.case.id)

    with pytest.raises(Invalid, match=r"contact_card\.answer"):
        contact_cards.answer(db, pair.vss, use.id, answer=None, note="", version=1)
    with pytest.raises(Invalid, match=r"error\.empty"):
        contact_cards.answer(db, pair.vss, use.id, answer=StillSafe.CHANGED, note=" ", version=1)
    contact_cards.answer(db, pair.vss, use.id, answer=StillSafe.CHANGED, note="He reads it too", version=1)
    with pytest.raises(Conflict, match=r"contact_card\.answered"):
        contact_cards.answer(db, pair.vss, use.id, answer=StillSafe.YES, note="", version=use.version)
    assert contact_cards.of_case(db, pair.vss, pair.case.id).has_changed

    unasked = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(db, pair.vss, unasked.id, answer=StillSafe.NOT_ASKED, note="", version=1)
    assert contact_cards.of_case(db, pair.vss, pair.case.id).has_changed
    again = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(db, pair.vss, again.id, answer=StillSafe.YES, note="", version=1)
    assert not contact_cards.of_case(db, pair.vss, pair.case.id).has_changed


def test_a_card_that_says_nothing_is_not_opened_and_nobody_opens_it_unproved(db: Session, make: Make) -> None:
    pair = make.pair()
    assert contact_cards.of_case(db, pair.vss, pair.case.id).is_empty

    with pytest.raises(Conflict, match=r"contact_card\.empty"):
        contact_cards.use(db, pair.vss, pair.case.id)
    with pytest.raises(NotAllowed, match="step_up"):
        contact_cards.use(db, replace(pair.vss, is_fresh=False), pair.case.id)


def test_the_programme_has_no_card_and_reads_no_use_of_it(db: Session, make: Make) -> None:
    pair, _ = carded(make)
    use = contact_cards.use(db, pair.vss, pair.case.id)

    for refused in (
        lambda: contact_cards.of_case(db, pair.pp, pair.case.id),
        lambda: contact_cards.use(db, pair.pp, pair.case.id),
        lambda: expectations.of_case(db, pair.pp, pair.case.id),
        lambda: expectations.record(db, pair.pp, pair.case.id, held_on=clock.today(), note=""),
    ):
        with pytest.raises(NotAllowed, match="vss_only"):
            refused()
    with pytest.raises(NotFound):
        contact_cards.answer(db, pair.pp, use.id, answer=StillSafe.YES, note="", version=1)
    assert list(db.scalars(access.visible_contact_uses(pair.pp))) == []
    seen = {row.subject for row in db.scalars(access.visible_events(pair.pp))}
    assert "contact_use" not in seen
    assert set(db.scalars(select(Event.act).where(Event.subject == "contact_use"))) == {"use"}


def test_who_may_know_is_kept_at_her_service_alone(db: Session, make: Make) -> None:
    pair, her = carded(make)
    known = Contacts(name="Ana", safe_channel="Her colleague", who_may_know="Her mother")

    files.revise_subject(db, pair.vss, her.id, contacts=known, version=her.version)
    assert her.who_may_know == "Her mother"
    with pytest.raises(Invalid, match="vss_only"):
        files.add_subject(
            db, pair.pp, pair.case.id, kind=SubjectKind.HIM, contacts=Contacts(name="M", who_may_know="x")
        )


def test_the_talk_is_due_too_when_her_service_is_told_of_his_start_by_a_notice_alone(
    db: Session, make: Make
) -> None:
    pair, _ = carded(make)
    on = clock.today() - timedelta(days=3)
    entry = path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=on, is_shared=False)
    assert expectations.due(db, pair.vss, limit=9) == []

    told = notices.said(pair.pp, "He has begun.", trigger="started", happened_on=on)
    notices.sent(db, pair, pair.pp, told, entry=entry)

    standing = expectations.of_case(db, pair.vss, pair.case.id)
    assert (standing.began_on, standing.is_due) == (on, True)
    assert [case.id for case in expectations.due(db, pair.vss, limit=9)] == [pair.case.id]
    expectations.record(db, pair.vss, pair.case.id, held_on=clock.today(), note="")
    assert expectations.due(db, pair.vss, limit=9) == []


def test_the_talk_is_due_when_her_service_reads_that_he_has_begun(db: Session, make: Make) -> None:
    pair, _ = carded(make)
    began(db, pair, 9, is_shared=False)
    assert not expectations.of_case(db, pair.vss, pair.case.id).is_due
    assert expectations.due(db, pair.vss, limit=9) == []
    began(db, pair, 5)
    assert expectations.of_case(db, pair.vss, pair.case.id).is_due
    assert [case.id for case in today.of_actor(db, pair.vss).talks] == [pair.case.id]
    assert today.of_actor(db, pair.pp).talks == []

    entry = expectations.record(db, pair.vss, pair.case.id, held_on=clock.today(), note="She hopes")

    standing = expectations.of_case(db, pair.vss, pair.case.id)
    assert (standing.is_due, [one.id for one in standing.talks]) == (False, [entry.id])
    assert expectations.due(db, pair.vss, limit=9) == []
    assert not entry.is_shared
    assert len(content.load().points) == 7
    assert db.scalars(select(ContactUse)).all() == []
