"""The page of her contact card: closed until it is used, asked about each time; and the talk about what she expects."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import ContactUse, PathEntry, StillSafe, SubjectKind
from core.operations import path_entries
from pages.ui.plain import plain
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import by_label


def carded(db: Session, make: Make) -> Pair:
    pair = make.pair()
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel, her.code_phrase = "Her colleague", "the linnet"
    her.who_may_know = "Her mother"
    db.commit()
    return pair


def test_the_card_opens_for_a_use_and_asks_whether_it_is_still_safe(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    at = desk.open(pair.vss, "contact", case=pair.case.id)
    assert "Her colleague" not in said(at)

    press(at, "Open the card to reach her")
    for part in ("Her colleague", "the linnet", "Leave no message", "Her mother", "still safe?"):
        assert part in said(at), part
    press(at, "Note the answer")
    assert "choose one of the three" in said(at)
    by_label(at.radio, "Still safe").set_value(StillSafe.CHANGED)
    by_label(at.text_input, "What has changed").set_value("He reads it too")
    press(at, "Note the answer")

    [use] = db.scalars(select(ContactUse))
    assert (use.answer, use.note) == (StillSafe.CHANGED, "He reads it too")
    db.rollback()
    assert "Not as it was" in said(at)
    press(at, "Close the card")
    assert "the linnet" not in said(at)


def test_the_card_closes_when_the_proof_is_old_and_the_answer_is_still_noted(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    for page, button in (("contact", "Open the card to reach her"), ("emergency", "Show how she is reached")):
        at = press(desk.open(pair.vss, page, case=pair.case.id), button)
        assert "the linnet" in said(at)

        desk.grow_stale(pair.vss)
        by_label(at.radio, "Still safe").set_value(StillSafe.YES)
        press(at, "Note the answer")

        assert "the linnet" not in repr(at.main)
        assert "Closed again" in said(at)
        desk.freshen(pair.vss)
    answers = db.scalars(select(ContactUse.answer)).all()
    assert answers == [StillSafe.YES, StillSafe.YES]


def test_what_was_opened_and_not_answered_is_asked_again(db: Session, make: Make, desk: Desk) -> None:
    pair = carded(db, make)
    press(desk.open(pair.vss, "contact", case=pair.case.id), "Open the card to reach her")

    at = desk.open(pair.vss, "contact", case=pair.case.id)

    assert "Is this way to reach her still safe?" in said(at)
    assert "the linnet" not in said(at)


def test_the_talk_is_asked_for_on_today_and_written_down(db: Session, make: Make, desk: Desk) -> None:
    pair = carded(db, make)
    path_entries.add(db, pair.pp, pair.case.id, kind="started", happened_on=clock.today(), is_shared=True)
    db.commit()
    labels = [link.proto.label for link in desk.open(pair.vss, "today").get("page_link")]
    assert f"{plain(pair.case.code)}: talk with her about what she expects, he has begun" in labels

    at = desk.open(pair.vss, "contact", case=pair.case.id)
    assert "nobody has talked with her about it since" in said(at)
    by_label(at.text_area, "What she hopes").set_value("She hopes")
    press(at, "Write it down")

    talk = db.scalars(select(PathEntry).where(PathEntry.kind == "expectations")).one()
    assert (talk.note, talk.is_shared) == ("She hopes", False)
    db.rollback()
    assert "nobody has talked" not in said(at)


def test_the_programme_has_no_such_page(db: Session, make: Make, desk: Desk) -> None:
    pair = carded(db, make)

    at = desk.open(pair.pp, "contact", case=pair.case.id)

    assert "kept by the victim support service only" in said(at)
    assert "Contact card" not in said(at)
