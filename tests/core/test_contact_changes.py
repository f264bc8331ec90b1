"""That how she is reached has changed: warned of until it is corrected, told on Today to her service, to nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import ContactField, ContactMark, ContactUse, Role, StillSafe, Subject, SubjectKind
from core.operations import (
    contact_cards,
    contact_changes,
    contact_flags,
    contact_news,
    emergencies,
    files,
    safety_documents,
    safety_plans,
    today,
)
from core.operations.files import Contacts
from tests.make import Make, Pair

ENTRY = {"name": "Wrenna", "safe_channel": "Her colleague at work"}


def carded(make: Make) -> tuple[Pair, Subject, Actor]:
    """A case with her card, and a colleague who works on it too."""
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER, name=ENTRY["name"])
    her.safe_channel = ENTRY["safe_channel"]
    make.db.flush()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    return pair, her, colleague


def answer(db: Session, actor: Actor, use: ContactUse, said: StillSafe) -> ContactUse:
    return contact_cards.answer(db, actor, use.id, answer=said, note="He answers it", version=use.version)


def changed(db: Session, pair: Pair) -> ContactUse:
    return answer(db, pair.vss, contact_cards.use(db, pair.vss, pair.case.id), StillSafe.CHANGED)


def revise(db: Session, actor: Actor, her: Subject, **values: str) -> None:
    contacts = Contacts(**(ENTRY | values))  # type: ignore[arg-type]
    files.revise_subject(db, actor, her.id, contacts=contacts, version=her.version)


def is_warned(db: Session, pair: Pair) -> bool:
    """What the card says, her entry in the file and Today, which must not differ."""
    card = contact_cards.of_case(db, pair.vss, pair.case.id)
    entry = contact_changes.of_case(db, pair.vss, pair.case.id)
    told = contact_news.waiting(db, pair.vss, limit=9)
    [one] = {card.has_changed, entry.has_changed, bool(told)}
    return one


@pytest.mark.parametrize(
    ("field", "value"),
    [("safe_channel", "Her sister"), ("safe_times", "mornings"), ("code_phrase", "the linnet")],
)
def test_it_goes_when_her_entry_is_corrected_and_the_card_says_who_did_and_when(
    db: Session, make: Make, field: str, value: str
) -> None:
    pair, her, colleague = carded(make)
    changed(db, pair)
    assert is_warned(db, pair)

    revise(db, colleague, her, **{field: value})

    assert not is_warned(db, pair)
    card = contact_cards.of_case(db, pair.vss, pair.case.id)
    assert card.last is not None
    assert (card.last.use.answer, card.last.answered_by) == (StillSafe.CORRECTED, colleague.name)
    assert card.last.use.answered_at is not None
    assert card.before is not None
    assert (card.before.answered_by, card.before.use.note) == (pair.vss.name, "He answers it")
    answer(db, pair.vss, contact_cards.use(db, pair.vss, pair.case.id), StillSafe.YES)
    assert contact_cards.of_case(db, pair.vss, pair.case.id).before is None


def test_another_line_of_her_entry_settles_nothing_and_somebody_says_that_it_is_right(
    db: Session, make: Make
) -> None:
    pair, her, colleague = carded(make)
    use = changed(db, pair)

    revise(db, colleague, her, phone="0555 11 22 33", who_may_know="Her mother")
    assert is_warned(db, pair)
    contact_changes.confirm(db, colleague, use.id)

    assert not is_warned(db, pair)
    with pytest.raises(Conflict, match=r"error\.contact_card\.corrected"):
        contact_changes.confirm(db, colleague, use.id)
    with pytest.raises(NotAllowed):
        contact_changes.confirm(db, make.chair(pair), use.id)


def test_an_entry_that_is_corrected_though_nobody_said_that_it_has_changed_is_no_use_of_the_card(
    db: Session, make: Make
) -> None:
    pair, her, colleague = carded(make)

    revise(db, colleague, her, safe_channel="Her sister")

    assert contact_cards.of_case(db, pair.vss, pair.case.id).uses == ()


def test_safe_is_only_what_was_opened_after_it_had_changed(db: Session, make: Make) -> None:
    pair, her, colleague = carded(make)
    early = contact_cards.use(db, colleague, pair.case.id)
    changed(db, pair)

    answer(db, colleague, early, StillSafe.YES)
    assert is_warned(db, pair)
    late = contact_cards.use(db, colleague, pair.case.id)
    revise(db, pair.vss, her, safe_channel="Her sister")
    assert contact_cards.use(db, colleague, pair.case.id).id != late.id
    answer(db, colleague, late, StillSafe.YES)

    card = contact_cards.of_case(db, pair.vss, pair.case.id)
    assert card.last is not None
    assert card.last.use.answer is StillSafe.CORRECTED
    assert not is_warned(db, pair)


def test_that_it_has_changed_is_said_last_though_the_card_was_opened_before_it_was_found_safe(
    db: Session, make: Make
) -> None:
    pair, _, colleague = carded(make)
    early = contact_cards.use(db, colleague, pair.case.id)
    answer(db, pair.vss, contact_cards.use(db, pair.vss, pair.case.id), StillSafe.YES)

    answer(db, colleague, early, StillSafe.CHANGED)

    assert is_warned(db, pair)


def test_nobody_answers_that_it_was_corrected(db: Session, make: Make) -> None:
    pair, _, _ = carded(make)
    use = contact_cards.use(db, pair.vss, pair.case.id)

    with pytest.raises(Invalid, match=r"error\.contact_card\.answer"):
        answer(db, pair.vss, use, StillSafe.CORRECTED)


def test_what_was_said_is_in_the_file_only_while_it_is_certain_who_looks(db: Session, make: Make) -> None:
    pair, _, _ = carded(make)
    changed(db, pair)

    assert contact_changes.of_case(db, pair.vss, pair.case.id).note == "He answers it"
    closed = contact_changes.of_case(db, replace(pair.vss, is_fresh=False), pair.case.id)
    assert (closed.has_changed, closed.by, closed.note) == (True, pair.vss.name, "")


def test_the_workers_papers_say_that_it_has_changed_and_not_what(db: Session, make: Make) -> None:
    pair, her, colleague = carded(make)
    changed(db, pair)
    assert safety_plans.of_case(db, pair.vss, pair.case.id).is_warned

    for paper in (emergencies.sheet, safety_documents.document):
        made = paper(db, pair.vss, pair.case.id, words=Words())
        said = "\n".join(line.text for line in lines(made))
        assert "it was said that this has changed. Do not use it" in said
        assert "He answers it" not in said
    revise(db, colleague, her, safe_channel="Her sister")
    made = emergencies.sheet(db, pair.vss, pair.case.id, words=Words())
    assert "has changed" not in "\n".join(line.text for line in lines(made))


def test_today_tells_her_service_of_each_case_what_to_correct_and_the_colleagues_what_was_flagged(
    db: Session, make: Make
) -> None:
    pair, her, colleague = carded(make)
    her.phone = "0555 27 27 99"
    changed(db, pair)
    flags = [
        contact_flags.flag(
            db, pair.vss, her.id, field=field, mark=ContactMark.UNSAFE, flagged_on=clock.today()
        )
        for field in (ContactField.PHONE, ContactField.SAFE_CHANNEL)
    ]

    for actor in (pair.vss, colleague):
        told = today.of_actor(db, actor).contacts
        assert [(one.key, one.by) for one in told] == [("changed", pair.vss.name), ("channel", pair.vss.name)]
        assert {one.case.id for one in told} == {pair.case.id}
    revise(db, colleague, her, phone="0555 27 27 99", safe_channel="Her sister")
    assert today.of_actor(db, pair.vss).contacts == []
    assert [one.key for one in today.of_actor(db, colleague).contacts] == ["flagged"]
    for one in flags:
        contact_flags.see(db, colleague, one.id)
    assert today.of_actor(db, colleague).contacts == []


def test_today_is_silent_about_it_to_who_may_not_read_the_file_and_when_the_case_is_closed(
    db: Session, make: Make
) -> None:
    pair, _, colleague = carded(make)
    changed(db, pair)

    for other in (make.chair(pair), make.actor(pair.vss.service_id), pair.pp):
        assert today.of_actor(db, other).contacts == []
    pair.case.closed_on = clock.today()
    db.flush()
    assert today.of_actor(db, colleague).contacts == []


def test_the_programme_learns_nothing_of_it(db: Session, make: Make) -> None:
    pair, her, colleague = carded(make)
    before = today.of_actor(db, pair.pp)
    use = changed(db, pair)
    contact_flags.flag(
        db,
        pair.vss,
        her.id,
        field=ContactField.SAFE_CHANNEL,
        mark=ContactMark.SHARED,
        flagged_on=clock.today(),
    )
    revise(db, colleague, her, safe_channel="Her sister")

    for role in (Role.CASE_MANAGER, Role.MANAGER):
        actor = make.actor(pair.pp.service_id, role)
        make.assign(pair.case, actor)
        assert contact_news.waiting(db, actor, limit=9) == []
        assert contact_changes.of_case(db, actor, pair.case.id) == contact_changes.Standing()
        assert not {row.subject for row in db.scalars(access.visible_events(actor))} & {
            "contact_use",
            "contact_flag",
        }
    assert today.of_actor(db, pair.pp) == before
    with pytest.raises(NotFound):
        contact_changes.confirm(db, pair.pp, use.id)


def test_today_asks_for_it_in_one_statement_however_much_there_is_and_of_the_programme_in_none(
    db: Session, make: Make, engine: Engine
) -> None:
    pair, her, _ = carded(make)
    her.phone, her.email = "0555 27 27 99", "wrenna@example.org"
    changed(db, pair)
    for field in (ContactField.PHONE, ContactField.EMAIL, ContactField.SAFE_CHANNEL):
        contact_flags.flag(
            db, pair.vss, her.id, field=field, mark=ContactMark.UNSAFE, flagged_on=clock.today()
        )
    db.flush()
    db.expire_all()

    with statements(engine) as hers:
        contact_news.waiting(db, pair.vss, limit=9)
    with statements(engine) as his:
        contact_news.waiting(db, pair.pp, limit=9)

    assert (len(hers), len(his)) == (1, 0)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
