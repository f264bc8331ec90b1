"""The picture of a case in Word: two editions, of which the programme gets one, and the lanes as a table that is read aloud."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.content.recipients import Recipient
from core.documents import picture
from core.documents.read import lines
from core.errors import NotAllowed
from core.locale import Words
from core.models import Departure, EpisodeSource, Event, Role
from core.operations import outgoing, picture_documents, pictures
from core.operations.episode_releases import Chosen
from core.operations.papers import Sending
from core.operations.picture_documents import Edition
from tests import five_years
from tests.episodes import days, released, told
from tests.make import Make, Pair

WORDS = Words()
SECRET = "the linnet sings at noon"


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    """She told twice of new violence; of one of them the programme reads."""
    found = make.pair()
    told(db, found, EpisodeSource.HER, days(40), severity=SECRET)
    released(db, found, told(db, found, EpisodeSource.HER, days(9)), chosen=Chosen("Threats."))
    return found


def text(content: bytes) -> str:
    return "\n".join(line.text for line in lines(content))


def made(db: Session, pair: Pair, form: Edition, *, is_hers: bool = True) -> bytes:
    actor = pair.vss if is_hers else pair.pp
    return picture_documents.document(db, actor, pair.case.id, words=WORDS, form=form)


def test_the_joint_edition_says_the_same_whoever_takes_it(db: Session, pair: Pair) -> None:
    hers, his = (text(made(db, pair, Edition.JOINT, is_hers=is_hers)) for is_hers in (True, False))

    assert SECRET not in hers
    assert "Threats." in hers
    assert "he did not tell" not in hers
    assert hers.replace(pair.vss.name, "") == his.replace(pair.pp.name, "")


def test_the_edition_of_her_service_says_what_it_alone_reads_and_whom_it_is_for(
    db: Session, pair: Pair
) -> None:
    said = text(made(db, pair, Edition.VSS))

    assert SECRET in said
    assert "of which he did not tell, as far as we can read" in said
    assert "For the victim support service alone" in said
    [left] = db.scalars(select(Departure))
    assert (left.kind, left.recipient) == ("picture_vss", "vss")


def test_her_edition_is_made_by_her_service_for_nobody_else(db: Session, make: Make, pair: Pair) -> None:
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    for actor in (pair.pp, chair):
        with pytest.raises(NotAllowed):
            picture_documents.document(db, actor, pair.case.id, words=WORDS, form=Edition.VSS)
    for recipient in Recipient:
        if recipient is not Recipient.VSS:
            sending = Sending(recipient=recipient)
            with pytest.raises(NotAllowed, match="document_recipient"):
                picture_documents.document(
                    db, pair.vss, pair.case.id, words=WORDS, form=Edition.VSS, sending=sending
                )


def test_that_her_edition_was_taken_stands_in_the_history_of_her_file_alone(db: Session, pair: Pair) -> None:
    made(db, pair, Edition.VSS)
    made(db, pair, Edition.JOINT)

    taken = db.execute(select(Event.subject, Event.subject_id).where(Event.act == "export_picture")).all()

    assert sorted(map(tuple, taken)) == [("case", pair.case.id), ("case_file", pair.vss_file.id)]


def test_the_last_look_names_its_parts(db: Session, pair: Pair) -> None:
    wanted = picture_documents.document.of(pair.case.id, words=WORDS, form=Edition.JOINT)

    look = outgoing.look(db, pair.pp, wanted, Sending())

    assert look.parts == ("At a glance", "Where accounts differ", "Month by month")
    assert look.choices[0] is Recipient.JOINT


def test_five_years_stand_on_lying_pages_with_a_column_for_each_quarter(db: Session, make: Make) -> None:
    pair = make.pair()
    five_years.lay(db, pair)

    word = Document(BytesIO(made(db, pair, Edition.VSS)))

    page = word.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert page.page_width > page.page_height
    grid = word.tables[1]
    assert len(grid.columns) == picture.COLUMNS + 1
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in grid.rows}
    assert {"He: New violence", "She: Change", "Others: Other results", "Both services: Risk level"} <= set(
        rows
    )
    assert {"1", "2", "13"} <= set(" ".join(rows["They differ"]).split())
    assert {"H", "I", "L"} <= set(" ".join(rows["Both services: Risk level"]).split())
    assert "▼" in "".join(rows["She: Change"])
    assert set("".join(rows["She: New violence"])) >= {"◆", "◇"}
    assert sum(cell.count("●") for cell in rows["Both services: Meetings"]) == 18
    said = text(made(db, pair, Edition.JOINT))
    assert "Each column is 3 months" in said
    assert "1. Violent behaviour: she reports no change, he reports improvement, from " in said
    assert "Violent behaviour: she reports that it got worse, he reports improvement, from " in said
    assert "[1]" in said
    assert "◇" not in "".join(
        line.text for line in lines(made(db, pair, Edition.JOINT)) if line.place == "table"
    )


def test_a_case_that_begins_prints_too(db: Session, make: Make) -> None:
    pair = make.pair()
    found = pictures.of_case(db, pair.pp, pair.case.id, joint_only=True)

    said = text(made(db, pair, Edition.JOINT, is_hers=False))

    assert [one.kind for one in found.marks] == ["agreement"]
    assert "Of what stands here, nothing differs." in said
    assert "Each column is one week, from the day at its head." in said


@pytest.mark.parametrize(
    ("first", "last", "step", "count"),
    [
        (date(2026, 3, 11), date(2026, 3, 11), ("week", 1), 1),
        (date(2026, 6, 11), date(2026, 11, 26), ("week", 2), 13),
        (date(2025, 3, 9), date(2026, 11, 9), ("month", 1), 21),
        (date(2025, 1, 9), date(2026, 11, 9), ("month", 2), 12),
        (date(2021, 11, 9), date(2026, 11, 9), ("month", 3), 21),
        (date(2020, 2, 28), date(2026, 11, 9), ("month", 6), 14),
        (date(2006, 2, 28), date(2026, 11, 9), ("month", 12), 21),
        (date(1990, 2, 28), date(2026, 11, 9), ("month", 24), 19),
    ],
)
def test_time_is_cut_into_as_many_columns_as_a_page_takes(
    first: date, last: date, step: tuple[str, int], count: int
) -> None:
    unit, number, pieces = picture_documents.columns(first, last)

    assert ((unit, number), len(pieces)) == (step, count)
    assert pieces[0].first <= first <= last <= pieces[-1].last
