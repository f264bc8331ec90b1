"""The page of her contact card: closed until it is used, asked about each time; and the talk about what she expects."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import ContactField, ContactMark, ContactUse, PathEntry, StillSafe, Subject, SubjectKind
from core.operations import contact_cards, contact_flags, path_entries
from pages.ui.plain import plain
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import by_label

TOLD = "how she is reached has changed"


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


def test_what_has_changed_leads_to_her_entry_warns_there_and_goes_when_it_is_corrected(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    use = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(
        db, pair.vss, use.id, answer=StillSafe.CHANGED, note="He reads it too", version=use.version
    )
    db.commit()
    [row] = [link for link in desk.open(pair.vss, "today").get("page_link") if TOLD in link.proto.label]
    assert row.proto.query_string == f"case={pair.case.id}"
    at = desk.open(pair.vss, "contact", case=pair.case.id)
    assert "Correct it in My file" in [link.proto.label for link in at.get("page_link")]

    at = desk.open(pair.vss, "file", case=pair.case.id)
    assert "How she is reached has changed" in said(at)
    assert "He reads it too" not in said(at)
    press(at, "Show names and contacts")
    for part in ("He reads it too", "Her colleague", "Do not use it before it is corrected"):
        assert part in said(at), part
    by_label(at.text_input, "Safe channel").set_value("Her sister")
    press(at, "Save")

    assert "has changed" not in said(at)
    at = desk.open(pair.vss, "contact", case=pair.case.id)
    assert "Corrected" in said(at)
    assert pair.vss.name in said(at)
    assert TOLD not in said(desk.open(pair.vss, "today"))


def test_who_sees_that_her_entry_is_right_says_so_at_one_press(db: Session, make: Make, desk: Desk) -> None:
    pair = carded(db, make)
    use = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(
        db, pair.vss, use.id, answer=StillSafe.CHANGED, note="Other voice", version=use.version
    )
    db.commit()

    at = press(desk.open(pair.vss, "file", case=pair.case.id), "Show names and contacts")
    press(at, "It is right as it stands now")

    assert "has changed" not in said(at)


def test_a_safe_channel_that_is_flagged_warns_on_the_card_in_the_file_and_in_an_emergency(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    at = press(desk.open(pair.vss, "must_not_receive", case=pair.case.id), "Show names and contacts")
    which = by_label(at.selectbox, "Which")
    which.set_value(next(one for one in which.options if "Safe channel: Her colleague" in one))
    press(at, "Flag this contact")
    assert "Flagged" in said(at) or "Take the flag off" in [one.label for one in at.button]

    warning = "Do not use the safe channel as it stands"
    at = desk.open(pair.vss, "contact", case=pair.case.id)
    assert warning in said(at)
    assert "Her colleague" not in said(at)
    for page, button in (("contact", "Open the card to reach her"), ("emergency", "Show how she is reached")):
        at = press(desk.open(pair.vss, page, case=pair.case.id), button)
        assert "~~Her colleague~~" in said(at)
        assert ":red[**unsafe**]" in said(at)
        assert warning in said(at)
    at = press(desk.open(pair.vss, "file", case=pair.case.id), "Show names and contacts")
    assert "~~Her colleague~~" in said(at)
    assert warning in said(at)
    labels = [link.proto.label for link in desk.open(pair.vss, "today").get("page_link")]
    assert any("her safe channel is flagged as unsafe" in label for label in labels)


def test_the_programme_reads_of_it_neither_on_today_nor_in_its_file(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    today, file = (said(desk.open(pair.pp, page, case=pair.case.id)) for page in ("today", "file"))
    use = contact_cards.use(db, pair.vss, pair.case.id)
    contact_cards.answer(
        db, pair.vss, use.id, answer=StillSafe.CHANGED, note="Other voice", version=use.version
    )
    her = db.scalars(select(Subject).where(Subject.kind == SubjectKind.HER)).one()
    contact_flags.flag(
        db,
        pair.vss,
        her.id,
        field=ContactField.SAFE_CHANNEL,
        mark=ContactMark.SHARED,
        flagged_on=clock.today(),
    )
    db.commit()

    assert said(desk.open(pair.pp, "today", case=pair.case.id)) == today
    assert said(desk.open(pair.pp, "file", case=pair.case.id)) == file


def test_what_a_colleague_flagged_is_read_in_the_file_and_leaves_today_once_seen(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    her = db.scalars(select(Subject).where(Subject.kind == SubjectKind.HER)).one()
    her.phone = "0555 27 27 99"
    flag = {"field": ContactField.PHONE, "mark": ContactMark.SHARED, "flagged_on": clock.today()}
    contact_flags.flag(db, pair.vss, her.id, **flag)  # type: ignore[arg-type]
    db.commit()
    told = "flagged a contact as shared with him"
    assert any(told in one.proto.label for one in desk.open(colleague, "today").get("page_link"))

    at = desk.open(colleague, "file", case=pair.case.id)
    assert f"{plain(pair.vss.name)} flagged it as shared with him" in said(at)
    assert "Tell those who hold it" not in said(at)
    press(at, "I have seen this")

    assert "flagged it as" not in said(at)
    assert not any(told in one.proto.label for one in desk.open(colleague, "today").get("page_link"))


def opened_by_two(db: Session, make: Make, desk: Desk) -> tuple[Pair, AppTest, AppTest]:
    """Her entry before two people of her service."""
    pair = carded(db, make)
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id))
    db.commit()
    mine, theirs = (
        press(desk.open(actor, "file", case=pair.case.id), "Show names and contacts")
        for actor in (pair.vss, colleague)
    )
    return pair, mine, theirs


def entered(db: Session) -> tuple[str, str, str]:
    db.expire_all()
    [her] = db.scalars(select(Subject).where(Subject.kind == SubjectKind.HER))
    found = her.safe_channel, her.safe_times, her.code_phrase
    db.rollback()
    return found


def test_who_saves_her_entry_second_reads_what_a_colleague_saved_beside_what_they_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    _pair, mine, theirs = opened_by_two(db, make, desk)
    by_label(theirs.text_input, "Safe channel").set_value("Her sister")
    by_label(theirs.text_input, "Safe times").set_value("Mornings")
    press(theirs, "Save")
    by_label(mine.text_input, "Safe channel").set_value("Her brother")

    press(mine, "Save")

    assert "Somebody else saved this" in said(mine)
    assert re.search(r"Person \d+ saved the entry W-\d+ meanwhile", said(mine).replace("\\", ""))
    assert "Safe channel: Her sister" in said(mine)
    assert by_label(mine.text_input, "Safe channel").value == "Her brother"
    assert entered(db) == ("Her sister", "Mornings", "the linnet")


@pytest.mark.parametrize(
    ("way", "stands"),
    [("Go on with mine", "Her brother"), ("Take theirs", "Her sister")],
    ids=["mine", "theirs"],
)
def test_either_way_keeps_what_only_one_of_the_two_changed_in_her_entry(
    db: Session, make: Make, desk: Desk, way: str, stands: str
) -> None:
    _pair, mine, theirs = opened_by_two(db, make, desk)
    by_label(theirs.text_input, "Safe channel").set_value("Her sister")
    by_label(theirs.text_input, "Safe times").set_value("Mornings")
    press(theirs, "Save")
    by_label(mine.text_input, "Safe channel").set_value("Her brother")
    by_label(mine.text_input, "Code phrase").set_value("the wren")
    press(mine, "Save")

    press(mine, way)
    assert "saved the entry" not in said(mine)
    press(mine, "Save")

    assert entered(db) == (stands, "Mornings", "the wren")


@pytest.mark.parametrize("way", ["Go on with mine", "Take theirs"])
def test_who_enters_her_second_goes_on_with_the_entry_that_a_colleague_made(
    db: Session, make: Make, desk: Desk, way: str
) -> None:
    pair = make.pair()
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id))
    db.commit()
    mine, theirs = (desk.open(actor, "file", case=pair.case.id) for actor in (pair.vss, colleague))
    by_label(theirs.text_input, "Safe channel").set_value("Her sister")
    press(theirs, "Save")
    by_label(mine.text_input, "Safe channel").set_value("Her brother")
    by_label(mine.text_input, "Code phrase").set_value("the wren")

    press(mine, "Save")
    assert f"{plain(colleague.name)} saved the entry" in said(mine)
    assert "Her sister" not in said(mine)
    assert entered(db) == ("Her sister", "", "")
    press(mine, "Show names and contacts")
    assert "Safe channel: Her sister" in said(mine)
    press(mine, way)
    assert "What you save goes into the entry" in said(mine)
    press(mine, "Save")

    assert entered(db) == ("Her brother" if way == "Go on with mine" else "Her sister", "", "the wren")


def test_what_a_colleague_emptied_in_her_entry_is_said(db: Session, make: Make, desk: Desk) -> None:
    _pair, mine, theirs = opened_by_two(db, make, desk)
    by_label(theirs.text_input, "Code phrase").set_value("")
    by_label(theirs.checkbox, "A message may be left").set_value(True)
    by_label(theirs.date_input, "Born").set_value(date(1990, 1, 1))
    press(theirs, "Save")

    press(mine, "Save")

    for part in ("Code phrase: (emptied)", "A message may be left", "1990"):
        assert part in said(mine), part


def test_a_channel_that_names_a_flagged_number_is_struck_where_it_stands_and_so_is_a_note_marked(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = carded(db, make)
    her = db.scalars(select(Subject).where(Subject.kind == SubjectKind.HER)).one()
    her.phone = "0555 27 27 99"
    her.safe_channel = "Text to 0555 27 27 99"
    make.note(pair.vss_file, pair.vss, topic="her_account", text="She said to text 0555 27 27 99.")
    flag = {"field": ContactField.PHONE, "mark": ContactMark.UNSAFE, "flagged_on": clock.today()}
    contact_flags.flag(db, pair.vss, her.id, **flag)  # type: ignore[arg-type]
    db.commit()

    for page, button in (
        ("contact", "Open the card to reach her"),
        ("emergency", "Show how she is reached"),
        ("file", "Show names and contacts"),
    ):
        at = press(desk.open(pair.vss, page, case=pair.case.id), button)
        assert "~~Text to 0555 27 27 99~~" in said(at), page
        assert ":red[**unsafe**]" in said(at), page
    assert "This names a contact that carries a flag: **unsafe**" in said(at)
