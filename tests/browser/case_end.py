"""The second half of the walk of a case: he leaves and comes back, the programme ends, both ask once more, and learn."""

from datetime import timedelta

from sqlalchemy import select

from core.locale import Words
from core.models import (
    Agreement,
    Case,
    Closing,
    Meeting,
    MeetingState,
    Occasion,
    RiskGrade,
    Seen,
    Subject,
)
from core.operations import agreements, risk_assessments, risk_levels
from tests import closing as ends
from tests import risk
from tests.browser.case_work import (
    CHECK,
    DOOR,
    GOES_ON,
    HIM,
    NO_TEXT,
    TASK,
    Walk,
    is_not_asked,
    onto_the_path,
    table,
    writes,
)
from tests.browser.hand import Hand
from tests.browser.steps import TODAY, let_pass
from tests.make import Make

WORDS = Words("en")
#: Days after which nothing of a case is kept any more.
YEARS = 4000


def he_leaves_and_the_cooperation_goes_on(walk: Walk) -> None:
    """B15 and B16: the risk is to be assessed again, and his leaving ends nothing."""
    his, hers, db, case = walk.his, walk.hers, walk.db, walk.pair.case
    walk.open(his, "timeline")
    his.sees("T2.1 is due on")
    his.sees("the risk is to be assessed again")
    onto_the_path(his, "Left or was excluded", DOOR)
    walk.open(his, "notices")
    his.sees("The other service has to be told: Left or was excluded")
    his.choose("Why he does not come any more", "He broke the rules")
    his.choose("Ordered by a court or authority? Who tells it", "Ordered: the court knows already")
    his.click("Send the notice")
    his.sees("not read yet")
    paper = walk.paper(his, "Word: facts due to whoever ordered the programme")
    assert HIM in paper
    assert "He broke the rules" in paper
    assert DOOR not in paper
    walk.open(hers, "today")
    hers.sees("a notice of the other service has to be read")
    hers.sees("something happened since the last risk assessment")
    walk.open(hers, "notices")
    hers.sees(DOOR)
    hers.click("I have read it")
    hers.sees("The agreement of the case goes on")
    hers.sees("the risk is to be assessed again by")
    assert DOOR in walk.joint(hers, "Word: this notice")
    db.rollback()
    db.expire_all()
    assert db.get_one(Case, case.id).closed_on is None
    held = agreements.case_agreement_in_force(db, case.id)
    assert held is not None
    assert held.ends_on == TODAY + timedelta(days=365)


def he_comes_back(walk: Walk) -> None:
    """B17: T0 and T1 begin anew, for her too."""
    his, hers = walk.his, walk.hers
    walk.open(his, "timeline")
    onto_the_path(his, "Came back")
    walk.open(his, "today")
    his.sees("he came back. Write down on what")
    walk.open(his, "notices")
    his.pick("New beginning: T0 and T1 once more")
    his.press("Write it down")
    his.sees(NO_TEXT)
    his.fill("On what conditions he came back", "Every week, and sober")
    his.press("Write it down")
    his.sees("Every week, and sober")
    walk.open(hers, "change")
    assert {"T0.2", "T1.2"} <= {row.split(":")[0] for row in table(hers)}


def the_programme_ends(walk: Walk, make: Make) -> None:
    """B17: the closing meeting and what each side does alone are there already; see their own journeys."""
    his, hers, pair = walk.his, walk.hers, walk.pair
    walk.open(his, "timeline")
    his.pick("Enter dates")
    his.day("T3: the programme ends", TODAY - timedelta(days=3))
    his.press("Enter")
    his.sees("The later dates are counted from it")
    _they_assess_for_the_end(walk)
    for hand, action in ((his, TASK), (hers, CHECK)):
        walk.open(hand, "plan")
        hand.sees(action)
        hand.press("Done")
        hand.sees("Done.")
    walk.open(his, "closing")
    his.click("Prepare the end")
    his.sees("No closing meeting was held.")
    _each_side_does_its_part(walk, make)

    walk.open(hers, "closing")
    hers.sees(GOES_ON)
    hers.pick("Report")
    writes(hers, "remaining_risk", "He knows the way to the school")
    walk.open(his, "closing")
    his.pick("Report")
    writes(his, "course", "A year of the group, with a break")
    his.pick("The end")
    his.click("Propose it to the other service")
    his.sees("Please choose one of these.")
    his.pick("Programme completed")
    his.click("Propose it to the other service")
    his.sees("We proposed the end and can take it back until the other service agrees.")
    walk.open(hers, "closing")
    hers.pick("The end")
    hers.click("Agree to the end")
    hers.sees("What is left is the follow-up at T4")
    hers.pick("Report")
    text = walk.joint(hers, "Word: closing report")
    for said in (
        "A year of the group",
        "way to the school",
        "neither that he changed nor",
        TASK,
        pair.case.code,
    ):
        assert said in text, said


def _they_assess_for_the_end(walk: Walk) -> None:
    """As in the journey of an assessment, without the browsers."""
    db, pair = walk.db, walk.pair
    db.rollback()
    db.expire_all()
    found = risk_assessments.begin(db, pair.pp, pair.case.id, occasion=Occasion.CLOSING, children=())
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id, {"strangled": Seen.PRESENT})
    risk_assessments.open_passes(db, pair.vss, found.id, version_=found.version)
    why = "What he did can come again"
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason=why, number=0)
    risk.finished(db, pair.pp, found)
    db.commit()


def _each_side_does_its_part(walk: Walk, make: Make) -> None:
    db, pair = walk.db, walk.pair
    db.rollback()
    db.expire_all()
    make.meeting(pair, "closing").state = MeetingState.CLOSED
    closing = db.scalars(select(Closing).where(Closing.case_id == pair.case.id)).one()
    for actor in (pair.pp, pair.vss):
        ends.own_done(db, pair, actor, closing, GOES_ON if actor is pair.vss else "He has the number")
    db.commit()


def he_gets_a_paper_of_days_alone(walk: Walk, make: Make) -> None:
    """B17: two days, and no word of safety, of change or of anybody else."""
    his, pair, days = walk.his, walk.pair, (TODAY - timedelta(days=40), TODAY - timedelta(days=33))
    walk.open(his, "papers")
    his.pick("Confirmation of attendance")
    for day in days:
        his.day("Day", day)
        his.press("Note this day")
        his.sees(WORDS.day(day))
    paper = walk.paper(his, "Word file")
    for said in (HIM, "This paper confirms presence on these days and nothing else", *map(WORDS.day, days)):
        assert said in paper, said
    for word in (
        "completed",
        "group",
        "High",
        "Better",
        "risk",
        pair.case.code,
        pair.vss.name,
        pair.vss.service_name,
    ):
        assert word not in paper, word


def both_ask_once_more_and_the_case_is_closed(walk: Walk) -> None:
    """B18."""
    his, hers = walk.his, walk.hers
    walk.open(his, "today")
    his.sees("T4 has come")
    walk.open(his, "closing")
    his.click("The follow-up is over for our service")
    his.sees("T4 is open on your side")
    for hand, reason in ((his, "Not reached"), (hers, "Not safe")):
        walk.open(hand, "change")
        is_not_asked(hand, "T4", reason)
    for hand in (his, hers):
        walk.open(hand, "closing")
        hand.click("The follow-up is over for our service")
    hers.sees("This case was closed on")
    for hand in (his, hers):
        walk.open(hand, "rights")
        hand.sees_head("Keeping")
        hand.sees(f"as nobody has decided otherwise, counted from {WORDS.day(TODAY)}")


def the_managements_read_what_was_learned(walk: Walk, lead: Hand) -> None:
    """B19: the three questions, without the case."""
    his, hers, pair = walk.his, walk.hers, walk.pair
    said = {"helped": "One number for both", "hindered": "The minutes came late", "missing": "The school"}
    for hand, parts in ((hers, ("helped",)), (his, ("hindered", "missing"))):
        walk.open(hand, "closing")
        hand.pick("How we worked together")
        for part in parts:
            writes(hand, part, said[part])
        hand.click("Pass on exactly this")
        hand.sees("The managements read this.")
    walk.house.open(lead.page, "review", cooperation=pair.case.cooperation_id)
    for words in said.values():
        lead.sees(words)
    assert pair.case.code not in "".join(lead.seen)


def after_years_it_is_erased_by_three(walk: Walk, lead: Hand, officer: Hand, his_lead: Hand) -> None:
    """B18: her service asks and confirms it by two people, and of what both hold the programme has the last word."""
    db, case = walk.db, walk.pair.case
    let_pass(db, case.id, YEARS)
    case.closed_on = TODAY - timedelta(days=YEARS)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == case.id)):
        agreement.ends_on = TODAY - timedelta(days=YEARS)
        agreement.terminated_on = None
    db.commit()
    lead.goto(f"{walk.house.address}/keeping")
    lead.sees(case.code)
    lead.press("Erase …")
    lead.sees("This goes for ever")
    lead.sees("is above low")
    lead.fill("In a few words; gone as soon as it is done", "Ten years are over")
    lead.press("Ask to erase it")
    lead.sees("It waits for a second person.")
    for hand in (officer, his_lead):
        hand.goto(f"{walk.house.address}/keeping")
        hand.sees("is above low")
        hand.press("Confirm: erase it for ever")
    his_lead.sees("erased on")
    db.rollback()
    db.expire_all()
    assert db.scalars(select(Meeting.id).where(Meeting.case_id == case.id)).all() == []
    assert walk.pair.vss_file.id not in db.scalars(select(Subject.file_id)).all()
