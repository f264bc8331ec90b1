"""A notice in Word, and the facts due to whoever ordered the programme."""

import io

import pytest
from docx import Document
from sqlalchemy.orm import Session

from core.content.recipients import Recipient
from core.errors import Conflict, NotAllowed, NotFound
from core.locale import Words
from core.models import Departure, Role, SubjectKind
from core.operations import (
    immediate_notices,
    notice_answers,
    notice_documents,
    path_entries,
    releases,
)
from core.operations.papers import Sending
from tests import notices as steps
from tests import risk
from tests.make import Make, Pair
from tests.notices import TODAY, days, said, sent

WORDS = Words("en", "UTC")


def lines(content: bytes) -> str:
    word = Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def gone(db: Session, make: Make) -> Pair:
    """He came for some time, missed two sessions and left; a notice of it was sent."""
    pair = make.pair()
    risk.about(db, pair, pair.pp).name = "Miro Fictional"
    for kind, ago in (("intake", 90), ("started", 80), ("missed", 20), ("missed", 10)):
        path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    entry = path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=days(1))
    for ago in (70, 60, 30):
        make.attended(pair.pp_file, pair.pp, days(ago))
    sent(db, pair, pair.pp, steps.left(pair.pp, "He shouted at everybody."), entry=entry)
    return pair


def test_a_notice_in_word_says_what_both_services_read_and_what_became_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.HER)
    notice = sent(db, pair, pair.pp, steps.left(pair.pp))
    notice_answers.answer(db, pair.vss, notice.id, decisions=["meeting"], words="Tomorrow at nine")
    notice_answers.record_talk(
        db, pair.vss, notice.id, happened_on=TODAY, was_told=True, note="She is relieved"
    )

    text = lines(notice_documents.document(db, pair.vss, notice.id, words=WORDS))

    for part in (
        pair.case.code,
        "Left or was excluded",
        "He does not come any more.",
        "Ordered: we tell the court",
        "has read it",
        "Tomorrow at nine",
    ):
        assert part in text
    assert "She is relieved" not in text
    [departure] = db.query(Departure).all()
    assert (departure.kind, departure.recipient) == ("notice", "joint")


def test_what_nobody_else_reads_goes_nowhere(db: Session, make: Make) -> None:
    pair = make.pair()
    waits = sent(db, pair, pair.vss, basis=immediate_notices.Basis.DANGER)
    with pytest.raises(NotFound):
        notice_documents.document(db, pair.pp, waits.id, words=WORDS)
    with pytest.raises(Conflict, match="not_shared"):
        notice_documents.document(db, pair.vss, waits.id, words=WORDS)
    notice = sent(db, pair, pair.pp, said(pair.pp))

    with pytest.raises(NotAllowed, match="document_recipient"):
        notice_documents.document(db, pair.pp, notice.id, words=WORDS, sending=Sending(Recipient.HIM))
    notice_documents.document(db, pair.pp, notice.id, words=WORDS)
    [told] = [one for one in releases.of_case(db, pair.pp, pair.case.id) if one.item.id == notice.item_id]
    assert [one.act for one in told.documents] == ["export"]


def test_the_facts_due_are_days_and_a_category_and_nothing_else(db: Session, make: Make) -> None:
    pair = gone(db, make)

    text = lines(notice_documents.exit_report(db, pair.pp, pair.case.id, words=WORDS))

    for part in ("Miro Fictional", "Left or was excluded", "He did not come any more", "no more"):
        assert part in text
    assert "\n3\n" in f"{text}\n"
    assert "\n2" in text
    for part in (pair.case.code, "He shouted", pair.vss.service_name):
        assert part not in text


@pytest.mark.parametrize(
    ("known_from", "is_said"),
    [("protected", False), ("told_by_other", False), ("told_by_him", True), ("seen", True)],
)
def test_that_there_was_violence_goes_to_no_court_where_somebody_else_told_of_it(
    db: Session, make: Make, known_from: str, is_said: bool
) -> None:
    pair = make.pair()
    risk.about(db, pair, pair.pp).name = "Miro Fictional"
    entry = path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=days(1))
    what = said(pair.pp, trigger="left", reason="violence", order="programme", known_from=known_from)
    sent(db, pair, pair.pp, what, entry=entry)

    text = lines(notice_documents.exit_report(db, pair.pp, pair.case.id, words=WORDS))

    assert ("New violence or threats" in text) is is_said


def test_the_facts_due_are_the_programmes_and_only_when_he_is_gone(db: Session, make: Make) -> None:
    pair = gone(db, make)
    assert notice_documents.is_due(db, pair.pp, pair.case.id)
    carla = make.actor(pair.pp.service_id, Role.CHILD_PROTECTION)
    make.assign(pair.case, carla)
    for who, error in ((carla, NotAllowed), (pair.vss, NotFound), (make.pair().pp, NotFound)):
        with pytest.raises(error):
            notice_documents.exit_report(db, who, pair.case.id, words=WORDS)

    path_entries.add(db, pair.pp, pair.case.id, kind="missed", happened_on=TODAY)
    assert notice_documents.is_due(db, pair.pp, pair.case.id)

    path_entries.add(db, pair.pp, pair.case.id, kind="returned", happened_on=TODAY)

    assert not notice_documents.is_due(db, pair.pp, pair.case.id)
    with pytest.raises(Conflict, match="no_exit"):
        notice_documents.exit_report(db, pair.pp, pair.case.id, words=WORDS)
