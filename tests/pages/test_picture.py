"""The page Picture: what both services read until somebody asks for more, cut to a time, in words, in a chart and in a table."""

import json
from typing import Any

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core.models import EpisodeSource, Role
from core.operations.episode_releases import Chosen
from tests import five_years
from tests.episodes import days, released, told
from tests.make import Make
from tests.pages.conftest import Desk, said

HIM, HER, OTHER = EpisodeSource
SECRET = "the linnet sings at noon"


def table(at: AppTest) -> list[list[str]]:
    """The rows of the table that is read aloud."""
    [found] = [one for one in at.get("bidi_component") if "columns" in one.proto.json]
    return [list(row) for row in json.loads(found.proto.json)["rows"]]


def chart(at: AppTest) -> dict[str, Any]:
    [found] = at.get("vega_lite_chart")
    return dict(json.loads(found.proto.spec))


def test_the_page_stands_fit_for_a_shared_screen_until_somebody_asks_for_more(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    told(db, pair, HER, days(9), severity=SECRET)
    db.commit()
    at = desk.open(pair.vss, "picture", case=pair.case.id)
    assert "Fit for a shared screen" in said(at)
    assert SECRET not in str(at)
    assert [row[1] for row in table(at)] == ["Both services"]

    at.toggle[0].set_value(True).run()

    assert "Not for a shared screen" in said(at)
    assert [row[1:3] for row in table(at)] == [
        ["Both services", "Agreement of the case, in force"],
        ["She", "New violence"],
    ]
    assert SECRET in table(at)[1][3]
    assert "there was new violence of which he did not tell, as far as we can read" in said(at)
    assert table(at)[1][4] == "1"
    assert SECRET in json.dumps(chart(at))


def test_the_programme_reads_with_its_own_file_what_was_released_and_of_no_silence(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    told(db, pair, HER, days(40), severity=SECRET)
    released(db, pair, told(db, pair, HER, days(9)), chosen=Chosen("Threats.", with_source=True))
    told(db, pair, HIM, days(8), severity="We quarrelled")
    db.commit()
    at = desk.open(pair.pp, "picture", case=pair.case.id)

    at.toggle[0].set_value(True).run()

    assert [row[1:3] for row in table(at)[1:]] == [["She", "New violence"], ["He", "New violence"]]
    assert "not to be used with him" in table(at)[1][3]
    assert "our file alone" in table(at)[2][3]
    assert "did not tell" not in said(at)
    assert "Of what you read here, nothing differs." in said(at)
    assert SECRET not in str(at) + json.dumps(chart(at))
    assert [one.label for one in at.button if one.key and one.key.startswith("picture:word")] == [
        "Word: for both services"
    ]


def test_five_years_are_cut_to_one_time_between_two_assessments(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    five_years.lay(db, pair)
    db.commit()
    at = desk.open(pair.vss, "picture", case=pair.case.id)
    whole = table(at)
    assert "she reports that it got worse, he reports improvement" in said(at)

    at.segmented_control[0].set_value("window").run()
    newest = table(at)
    at.selectbox[0].set_value("T2.6").run()
    cut = table(at)

    assert 0 < len(cut) < len(whole)
    assert newest != cut
    assert {row[2] for row in cut} >= {"Change at T2.6: better", "Change at T2.6: worse"}
    assert "she reports that it got worse" in said(at)
    at.segmented_control[0].set_value("year").run()
    assert "she reports that it got worse" not in said(at)
    assert "she reports no change, he reports improvement" in said(at)


def test_the_chart_says_by_words_and_shapes_what_it_says_by_colours(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    five_years.lay(db, pair)
    db.commit()
    at = desk.open(pair.vss, "picture", case=pair.case.id)
    at.toggle[0].set_value(True).run()

    spec = chart(at)

    marks = spec["layer"][-1]["encoding"]
    looks = list(zip(marks["shape"]["scale"]["range"], marks["fill"]["scale"]["range"], strict=True))
    assert len(set(looks)) == len(looks) == len(marks["shape"]["scale"]["domain"])
    hollow = [shape for shape, fill in looks if fill == "white"]
    assert "diamond" in hollow
    texts = {one["text"] for layer in spec["layer"] for one in layer["data"]["values"] if "text" in one}
    assert {"He", "She", "Others", "Both services", "High", "Low", "in force", "1", "T0"} <= texts
    # Where there is no room for all times every second is named: which, the day of the test decides.
    assert len([text for text in texts if text.startswith("T2.")]) >= five_years.MONTHS // 3 // 2 - 1
    assert "http" not in json.dumps(spec)


def test_a_case_of_which_nothing_is_told_says_so(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()

    at = desk.open(pair.pp, "picture", case=pair.case.id)

    assert "Nothing can be shown yet" in said(at)


def test_at_the_table_the_picture_is_shown_when_somebody_asks_for_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    told(db, pair, HER, days(40), severity=SECRET)
    released(db, pair, told(db, pair, HER, days(9)), chosen=Chosen("Threats."))
    meeting = make.table(pair)
    db.commit()
    at = desk.open(pair.vss, "table", meeting=meeting.id)
    assert len(at.get("vega_lite_chart")) == 0

    next(one for one in at.toggle if one.label == "Show the case over time").set_value(True).run()

    assert [row[1:3] for row in table(at)[1:]] == [
        ["Others", "New violence"],
        ["Both services", "Periodic joint meeting, in progress"],
    ]
    assert SECRET not in str(at) + json.dumps(chart(at))


def test_who_reads_no_file_is_offered_the_joint_paper_alone(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)
    db.commit()

    at = desk.open(chair, "picture", case=pair.case.id)
    hers = desk.open(pair.vss, "picture", case=pair.case.id)

    def papers(page: AppTest) -> list[str]:
        return [one.label for one in page.button if (one.key or "").startswith("picture:word")]

    assert papers(at) == ["Word: for both services"]
    assert papers(hers) == ["Word: for both services", "Word: for our service alone"]
