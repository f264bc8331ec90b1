"""The meeting on a risk assessment: differences first, settled item by item, and nobody's word lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.risk_checklists import Item
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotFound
from core.locale import Words
from core.models import (
    ActionState,
    ConsentState,
    JointItem,
    Known,
    OutsideResult,
    RiskAssessment,
    Role,
    Seen,
    Settlement,
)
from core.operations import (
    action_plans,
    case_lists,
    consents,
    first_passes,
    minutes_contents,
    risk_assessments,
    risk_boards,
    risk_documents,
    risk_levels,
    risk_lists,
    risk_words,
    tables,
)
from core.operations.consents import Said
from core.operations.first_passes import HER, How
from core.operations.releases import Terms
from core.operations.risk_boards import Part
from core.operations.risk_levels import RiskGrade
from tests import risk
from tests.make import Make, Pair

WORDS = Words("en", "UTC")
YESTERDAY = clock.today() - timedelta(days=1)


def settle(
    db: Session, actor: object, assessment_id: object, item: str, seen: Seen, **given: object
) -> object:
    wanted = {"about": HER, "number": 0} | given
    return risk_boards.settle(db, actor, assessment_id, item=item, seen=seen, **wanted)  # type: ignore[arg-type]


def test_the_differences_come_first_then_what_is_serious_then_the_rest(db: Session, make: Make) -> None:
    pair = make.pair()
    his = {"money": Seen.PRESENT, "stalking": Seen.PRESENT, "pets": Seen.NOT_PRESENT}
    hers = {"money": Seen.PRESENT, "stalking": Seen.PRESENT, "pets": Seen.PRESENT}
    found = risk.opened(db, pair, his, hers)

    board = risk_boards.of_assessment(db, pair.pp, found.id)

    order = [(line.item.id, line.part) for line in board.of(HER)]
    assert order[:3] == [("pets", Part.DIFFERS), ("stalking", Part.SERIOUS), ("money", Part.REST)]
    assert board.left(HER) == 25


def test_what_both_say_is_not_there_leaves_the_rest_when_it_is_settled_so_and_nobody_wrote_anything(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    not_there = dict.fromkeys(("money", "pets", "stalking"), Seen.NOT_PRESENT)
    found = risk.opened(db, pair, not_there, not_there | {"stalking": Seen.PRESENT})

    def part(item: str) -> Part:
        return risk_boards.of_assessment(db, pair.pp, found.id).line(HER, item).part

    assert part("money") is Part.REST, "nobody has settled it"
    settle(db, pair.pp, found.id, "money", Seen.NOT_PRESENT)
    assert part("money") is Part.ABSENT
    settle(db, pair.pp, found.id, "money", Seen.PRESENT, number=1)
    assert part("money") is Part.REST, "the meeting holds something else now"
    settle(db, pair.pp, found.id, "pets", Seen.NOT_PRESENT, note="His sister has the dog")
    assert part("pets") is Part.REST, "a note is there to be read"
    settle(db, pair.pp, found.id, "stalking", Seen.NOT_PRESENT)
    assert part("stalking") is Part.DIFFERS, "what differed stays among what differs"


@pytest.mark.parametrize("was_over", [True, False])
def test_again_is_said_of_what_the_other_side_could_read_alone(
    db: Session, make: Make, was_over: bool
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    item = db.get_one(JointItem, risk.handed_in(db, pair, pair.vss, found.id).item_id)
    item.ends_on = YESTERDAY if was_over else clock.today()
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    assert (risk_boards.of_assessment(db, pair.pp, found.id).vss_in is None) is was_over

    first_passes.take_back(db, pair.vss, found.id)
    told = [(one.subject, one.act) for one in case_lists.history(db, pair.pp, pair.case.id)]
    risk.handed_in(db, pair, pair.vss, found.id)

    hers = risk_boards.of_assessment(db, pair.pp, found.id).vss_in
    assert hers is not None
    assert hers.is_again is not was_over
    assert (("joint_item", "withdraw") in told) is not was_over


def test_both_answers_stay_when_an_item_is_settled_and_settled_again(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})

    settle(db, pair.pp, found.id, "pets", Seen.PRESENT, note="Both heard of the dog")
    settle(db, pair.vss, found.id, "pets", Seen.PAST, past_on=YESTERDAY, number=1)

    line = risk_boards.of_assessment(db, pair.pp, found.id).line(HER, "pets")
    assert [one.seen for one in line.sides] == [Seen.NOT_PRESENT, Seen.PRESENT]
    assert [(one.seen, one.note) for one in line.settled] == [
        (Seen.PRESENT, "Both heard of the dog"),
        (Seen.PAST, ""),
    ]
    assert line.now is not None
    assert line.now.past_on == YESTERDAY


def test_two_who_settle_the_same_item_do_not_write_over_each_other(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"pets": Seen.PRESENT})
    settle(db, pair.pp, found.id, "pets", Seen.NOT_PRESENT)

    with pytest.raises(Conflict, match=r"error\.risk\.settled_meanwhile"):
        settle(db, pair.vss, found.id, "pets", Seen.PRESENT)

    line = risk_boards.of_assessment(db, pair.vss, found.id).line(HER, "pets")
    assert [one.seen for one in line.settled] == [Seen.NOT_PRESENT]


def test_what_both_answered_alike_is_settled_at_once(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"money": Seen.PRESENT}, {"money": Seen.PRESENT, "pets": Seen.PRESENT})

    number = risk_boards.settle_same(db, pair.pp, found.id, about=HER)
    again = risk_boards.settle_same(db, pair.vss, found.id, about=HER)

    board = risk_boards.of_assessment(db, pair.pp, found.id)
    assert (number, again, board.left(HER)) == (1, 0, 24)
    assert risk_boards.state_of(board.line(HER, "money")) is Seen.PRESENT
    assert risk_boards.state_of(board.line(HER, "pets")) is None
    # What neither knows may be serious: it is settled as that by a click of its own.
    unknown = risk_boards.settle_unknown(db, pair.vss, found.id, about=HER)
    board = risk_boards.of_assessment(db, pair.pp, found.id)
    assert (unknown, board.left(HER)) == (23, 1)
    assert risk_boards.state_of(board.line(HER, "pets")) is None


def test_nothing_is_settled_before_the_first_passes_are_open_or_after_the_end(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    with pytest.raises(Conflict, match=r"error\.risk\.not_open"):
        settle(db, pair.pp, found.id, "pets", Seen.PRESENT)
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    with pytest.raises(Conflict, match=r"error\.risk\.no_level"):
        risk_levels.finish(db, pair.pp, found.id, version_=found.version)
    risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="He has a weapon", number=0)
    risk_levels.finish(db, pair.pp, found.id, version_=found.version)
    with pytest.raises(Conflict, match=r"error\.risk\.finished"):
        settle(db, pair.pp, found.id, "pets", Seen.PRESENT)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"seen": None}, "error.cooperation.choose"),
        ({"seen": Seen.PAST, "past_on": None}, "error.no_date"),
        ({"seen": Seen.PAST, "past_on": date(2190, 1, 1)}, "error.in_the_future"),
        ({"item": "nothing"}, "error.risk.item"),
    ],
)
def test_what_cannot_be_settled_is_refused(
    db: Session, make: Make, given: dict[str, object], key: str
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})

    with pytest.raises(Invalid) as refused:
        settle(db, pair.pp, found.id, **({"item": "pets", "seen": Seen.PRESENT} | given))  # type: ignore[arg-type]

    assert refused.value.key == key


def test_what_is_present_and_has_no_action_is_listed_until_it_has_one(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT, "money": Seen.PRESENT})
    known = make.action(pair)

    before = [one.item.id for one in risk_boards.of_assessment(db, pair.pp, found.id).gaps]
    risk_boards.link_action(db, pair.pp, found.id, about=HER, item="pets", action_id=known.id)
    risk_boards.link_action(db, pair.vss, found.id, about=HER, item="pets", action_id=known.id)
    added = risk_boards.add_action(
        db,
        pair.vss,
        found.id,
        about=HER,
        item="money",
        need="Own account",
        text="Open an account",
        due_on=clock.today(),
        service_id=pair.vss.service_id,
    )
    board = risk_boards.of_assessment(db, pair.pp, found.id)

    assert before == ["money", "pets"]
    assert board.gaps == []
    assert board.line(HER, "money").actions == (added,)
    assert risk_boards.unlinked([known, added], board.line(HER, "pets")) == [added]


def test_what_the_risk_page_or_the_plan_page_puts_into_the_plan_while_a_meeting_goes_on_is_new_in_its_minutes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"money": Seen.PRESENT}, {})
    left_open = make.table(pair)
    left_open.started_at = clock.now() - timedelta(days=2)
    make.table(pair, present=False).started_at = clock.now() + timedelta(minutes=1)
    meeting = make.table(pair)
    given: dict[str, Any] = {
        "need": "Own account",
        "due_on": clock.today(),
        "service_id": pair.vss.service_id,
    }

    risk_boards.add_action(
        db, pair.vss, found.id, about=HER, item="money", text="From the risk page", **given
    )
    action_plans.add(db, pair.pp, pair.case.id, text="From the plan page", **given)
    said = minutes_contents.read(tables.close(db, pair.pp, meeting.id))
    action_plans.add(db, pair.pp, pair.case.id, text="On the day after", **given)

    assert {one.text for one in said.new_actions} == {"From the risk page", "From the plan page"}
    assert said.last_actions == ()
    plan = action_plans.list_of_case(db, pair.pp, pair.case.id)
    assert [one.meeting_id for one in plan if one.text == "On the day after"] == [None]


def test_only_an_action_of_the_same_case_is_linked(db: Session, make: Make) -> None:
    pair = make.pair()
    other = make.pair_of(pair)
    found = risk.opened(db, pair, {}, {})

    for action_id in (None, make.action(other).id):
        with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
            risk_boards.link_action(db, pair.pp, found.id, about=HER, item="pets", action_id=action_id)


def test_the_result_of_an_outside_instrument_is_kept_without_its_questions(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    given = {"instrument": "DASH", "done_by": "Police of Marlen", "result": "High"}

    with pytest.raises(Invalid, match=r"error\.in_the_future"):
        risk_boards.add_result(db, pair.vss, found.id, done_on=clock.today() + timedelta(days=1), **given)
    risk_boards.add_result(db, pair.vss, found.id, done_on=YESTERDAY, **given)
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    [result] = risk_boards.of_assessment(db, pair.pp, found.id).results
    assert (result.instrument, result.done_on, result.done_by, result.result) == (
        "DASH",
        YESTERDAY,
        "Police of Marlen",
        "High",
    )


GIVEN = {"instrument": "DASH", "done_by": "Police of Marlen", "result": "High"}


def results_read(db: Session, actor: Actor, found: RiskAssessment) -> list[OutsideResult]:
    return list(risk_boards.of_assessment(db, actor, found.id).results)


def test_a_result_of_the_programme_is_its_own_until_the_first_passes_are_open(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    beat = risk_boards.pulse(db, pair.vss, found.id)
    row = risk_boards.add_result(db, pair.pp, found.id, done_on=YESTERDAY, **GIVEN)

    assert results_read(db, pair.pp, found) == results_read(db, pair.vss, found) == []
    assert "DASH" not in str(lines(risk_documents.document(db, pair.pp, found.id, words=WORDS)))
    assert (risk_boards.own_results(db, pair.vss, found.id), risk_boards.pulse(db, pair.vss, found.id)) == (
        [],
        beat,
    )
    assert risk_boards.own_results(db, pair.pp, found.id) == [row]
    with pytest.raises(NotFound):
        risk_boards.drop_result(db, pair.vss, row.id)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    assert results_read(db, pair.pp, found) == results_read(db, pair.vss, found) == [row]
    assert risk_boards.own_results(db, pair.vss, found.id) == []


def test_a_result_of_hers_is_read_only_while_her_service_has_handed_in(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    row = risk_boards.add_result(db, pair.vss, found.id, done_on=YESTERDAY, **GIVEN)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    def read() -> list[list[OutsideResult]]:
        return [results_read(db, actor, found) for actor in (pair.pp, pair.vss)]

    assert read() == [[], []]
    assert risk_boards.own_results(db, pair.vss, found.id) == [row]
    risk.handed_in(db, pair, pair.vss, found.id)
    assert read() == [[row], [row]]
    first_passes.take_back(db, pair.vss, found.id)
    assert read() == [[], []]
    assert risk_boards.own_results(db, pair.pp, found.id) == []
    assert "DASH" not in str(lines(risk_documents.document(db, pair.pp, found.id, words=WORDS)))
    assert risk_boards.own_results(db, pair.vss, found.id) == [row]


def withdrawn(db: Session, pair: Pair) -> None:
    """She takes her consent to judging the danger back."""
    consents.record(
        db,
        pair.vss,
        risk.about(db, pair, pair.vss).id,
        purpose="risk_assessment",
        said=Said(
            ConsentState.WITHDRAWN, how_asked="By telephone", was_safe=Known.YES, asked_on=clock.today()
        ),
    )


def test_a_result_of_hers_leaves_with_her_consent_before_the_opening_and_after(
    db: Session, make: Make
) -> None:
    for is_open in (False, True):
        pair = make.pair()
        found = risk.begun(db, pair)
        risk_boards.add_result(db, pair.vss, found.id, done_on=YESTERDAY, **GIVEN)
        for actor in (pair.pp, pair.vss):
            risk.handed_in(db, pair, actor, found.id)
        if is_open:
            risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
            assert len(results_read(db, pair.pp, found)) == 1
        withdrawn(db, pair)
        if not is_open:
            risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

        assert results_read(db, pair.pp, found) == []


def test_a_result_is_taken_out_until_the_other_service_has_read_it_and_hers_also_then(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    his, of_his, hers = (
        risk_boards.add_result(db, actor, found.id, done_on=YESTERDAY, **GIVEN)
        for actor in (pair.pp, pair.pp, pair.vss)
    )

    risk_boards.drop_result(db, pair.pp, his.id)
    assert risk_boards.own_results(db, pair.pp, found.id) == [of_his]
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    with pytest.raises(Conflict, match=r"error\.risk\.result_read"):
        risk_boards.drop_result(db, pair.pp, of_his.id)
    risk_boards.drop_result(db, pair.vss, hers.id)
    assert results_read(db, pair.pp, found) == [of_his]


def test_what_is_handed_in_is_shown_with_the_results_that_go_with_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    before = first_passes.preview(db, pair.vss, found.id, terms=Terms())
    row = risk_boards.add_result(db, pair.vss, found.id, done_on=YESTERDAY, **GIVEN)
    after = first_passes.preview(db, pair.vss, found.id, terms=Terms())

    assert (before.results, after.results) == ((), (row,))
    assert before.digest != after.digest


def test_versions_stay_and_are_compared_what_changed_first(db: Session, make: Make) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    risk_boards.settle_same(db, pair.pp, first.id, about=HER)
    risk_levels.choose(db, pair.pp, first.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.NOT_PRESENT})
    risk_boards.settle_same(db, pair.pp, second.id, about=HER)

    pairs = risk_boards.compare(db, pair.vss, second.id, first.id)
    line, before = pairs[0].here, pairs[0].there

    assert [one.number for one in risk_assessments.list_of_case(db, pair.vss, pair.case.id)] == [2, 1]
    assert line is not None
    assert (line.item.id, risk_boards.state_of(line)) == ("pets", Seen.NOT_PRESENT)
    assert before is not None
    assert [pair.has_changed for pair in pairs] == [True] + [False] * 24
    assert risk_boards.state_of(before) is Seen.PRESENT
    other = risk.begun(db, make.pair_of(pair))
    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        risk_boards.compare(db, pair.vss, second.id, other.id)


def test_what_the_last_version_held_present_is_settled_as_not_known_by_nobodys_one_click(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"strangled": Seen.PRESENT}, {"strangled": Seen.PRESENT})
    risk_boards.settle_same(db, pair.pp, first.id, about=HER)
    risk_levels.choose(db, pair.pp, first.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {}, {})

    risk_boards.settle_unknown(db, pair.vss, second.id, about=HER)

    board = risk_boards.of_assessment(db, pair.vss, second.id)
    line = board.line(HER, "strangled")
    assert (line.now, line.part, board.left(HER)) == (None, Part.REST, 1)


def test_a_level_that_is_chosen_or_agreed_to_moves_the_page_of_the_other_service(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    before = risk_boards.pulse(db, pair.vss, found.id)

    low = risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.LOW, reason="So", number=0)
    chosen = risk_boards.pulse(db, pair.vss, found.id)
    risk_levels.agree(db, pair.vss, low.id, version=low.version)
    agreed = risk_boards.pulse(db, pair.pp, found.id)

    assert before.levels < chosen.levels < agreed.levels
    assert risk_boards.of_assessment(db, pair.vss, found.id).pulse == agreed


def test_how_it_is_known_is_said_only_where_somebody_chose_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT, told_by="her sister")
    risk.handed_in(db, pair, pair.vss, found.id)
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    line = risk_boards.of_assessment(db, pair.pp, found.id).line(HER, "pets")

    assert risk_words.answer(WORDS, line.vss) == ["Present", "her sister"]


def test_who_settled_an_item_stands_beside_it_by_name(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.NOT_PRESENT})
    settle(db, pair.pp, found.id, "pets", Seen.PRESENT)

    board = risk_boards.of_assessment(db, pair.vss, found.id)

    now = board.line(HER, "pets").now
    assert now is not None
    assert board.people == {now.settled_by: pair.pp.name}
    paper = str(lines(risk_documents.document(db, pair.vss, found.id, words=WORDS)))
    assert f"{pair.pp.name}, {WORDS.day(clock.today())}" in paper


def test_what_was_held_in_the_version_before_stands_beside_an_item(db: Session, make: Make) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    risk_boards.settle_same(db, pair.pp, first.id, about=HER)
    risk_levels.choose(db, pair.pp, first.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.NOT_PRESENT})

    board = risk_boards.of_assessment(db, pair.vss, second.id)

    before = board.line(HER, "pets").before
    assert before is not None
    assert before.seen is Seen.PRESENT
    assert [line.item.id for line in board.lines if line.before is not None] == ["pets"]
    assert risk_boards.of_assessment(db, pair.vss, first.id).line(HER, "pets").before is None


def settled_by_list(
    db: Session, pair: Pair, number: int, list_: int, answers: dict[str, Seen]
) -> RiskAssessment:
    """A version on a list, with what was settled in it."""
    found = risk.laid(db, pair, number=number)
    found.woman_list, found.opened_at, found.finished_at = list_, clock.now(), clock.now()
    for item, seen in answers.items():
        db.add(
            Settlement(
                assessment_id=found.id,
                about=HER,
                item=item,
                number=1,
                seen=seen,
                settled_by=pair.pp.person_id,
            )
        )
    db.flush()
    return found


def own_list(db: Session, make: Make, *titles: str) -> int:
    """A released list of the services' own."""
    administrator = make.actor(make.service(), Role.ADMINISTRATOR)
    items = "".join(f'[[item]]\ngroup = "serious"\ntext = "{one}"\n' for one in titles)
    drafted = risk_lists.enter_file(db, administrator, typed=f'title = "Ours"\nsource = "Our own"\n{items}')
    return risk_lists.release(db, administrator, version=drafted.version).number


def test_items_of_another_list_are_compared_by_their_words_and_none_is_left_out(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    older, newer = own_list(db, make, "Alone", "Weapon", "Gone"), own_list(db, make, "New", "Weapon", "Alone")
    first = settled_by_list(
        db,
        pair,
        1,
        older,
        {
            f"own_{older}_1": Seen.PRESENT,
            f"own_{older}_2": Seen.PRESENT,
            f"own_{older}_3": Seen.PRESENT,
        },
    )
    second = settled_by_list(
        db, pair, 2, newer, {f"own_{newer}_2": Seen.NOT_PRESENT, f"own_{newer}_3": Seen.PRESENT}
    )

    pairs = risk_boards.compare(db, pair.vss, second.id, first.id)

    assert [(one.line.item.title, one.has_changed, one.is_asked_twice) for one in pairs] == [
        ("Weapon", True, True),
        ("Alone", False, True),
        ("New", False, False),
        ("Gone", False, False),
    ]
    assert pairs[-1].here is None
    assert pairs[-2].there is None


def test_the_pulse_moves_with_what_both_know_and_with_nothing_else(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    begun = risk_boards.pulse(db, pair.pp, found.id)

    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT, note="Canary")
    answered = risk_boards.pulse(db, pair.pp, found.id)
    risk.handed_in(db, pair, pair.vss, found.id)
    handed_in = risk_boards.pulse(db, pair.pp, found.id)

    assert begun == answered
    assert answered != handed_in


def test_a_board_that_nobody_has_changed_since_has_the_pulse_of_now(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    risk_boards.settle_same(db, pair.pp, found.id, about=HER)
    board = risk_boards.of_assessment(db, pair.pp, found.id)

    unchanged = risk_boards.pulse(db, pair.vss, found.id)
    settle(db, pair.vss, found.id, "pets", Seen.NOT_PRESENT, number=1)
    changed = risk_boards.pulse(db, pair.vss, found.id)

    assert board.pulse == unchanged
    assert board.pulse != changed


def found_items(db: Session, pair: Pair, found: RiskAssessment) -> tuple[Item, ...]:
    return risk_assessments.version(db, pair.vss, found.id).of_children.items


def test_the_record_says_what_the_board_says_and_counts_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    risk_child = "C-07a"
    found = risk.begun(db, pair, children=[risk_child])
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="I am afraid", stays=False, version=0
    )
    risk.say(
        db, pair.vss, found.id, "pets", Seen.PRESENT, note="She showed a picture", told_by="her", how=How.TOLD
    )
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Stays canary", stays=True)
    for actor in (pair.vss, pair.pp):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    settle(db, pair.pp, found.id, "pets", Seen.PRESENT, note="Both hold it")
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="She is afraid", number=0)

    content = risk_documents.document(db, pair.vss, found.id, words=WORDS)
    text = "\n".join(line.text for line in lines(content))

    for said in (
        "Record of the joint risk assessment",
        "Section B: risks for the children",
        "I am afraid",
        "She showed a picture",
        "Told: her",
        "Both hold it",
        "She is afraid",
        pair.pp.name,
        "He has harmed or threatened pets",
        "Not settled",
        "not included in this software",
        next(one.note for one in found_items(db, pair, found) if one.note),
    ):
        assert said in text, said
    assert "Stays canary" not in text


def test_a_stranger_finds_no_assessment(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp
    found = risk.begun(db, pair)

    for operation in (risk_boards.of_assessment, risk_boards.pulse, risk_levels.of_assessment):
        with pytest.raises(NotFound):
            operation(db, stranger, found.id)


def test_an_action_that_was_given_up_answers_to_nothing_and_says_what_became_of_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    known = make.action(pair)
    risk_boards.link_action(db, pair.pp, found.id, about=HER, item="pets", action_id=known.id)
    assert risk_boards.of_assessment(db, pair.vss, found.id).gaps == []

    action_plans.set_state(
        db, pair.pp, known.id, state=ActionState.NOT_POSSIBLE, reason="The kennel closed", version=1
    )

    board = risk_boards.of_assessment(db, pair.vss, found.id)
    assert [one.item.id for one in board.gaps] == ["pets"]
    assert risk_words.action(Words(), known) == f"{known.text} (Not possible any more)"


def test_an_open_action_of_the_assessment_before_answers_to_the_same_item_of_the_next(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT, "money": Seen.PRESENT})
    going, done = make.action(pair), make.action(pair)
    risk_boards.link_action(db, pair.pp, first.id, about=HER, item="pets", action_id=going.id)
    risk_boards.link_action(db, pair.pp, first.id, about=HER, item="money", action_id=done.id)
    action_plans.set_state(db, pair.pp, done.id, state=ActionState.DONE, version=1)
    done.done_on = clock.today() - timedelta(days=1)
    first.finished_at = clock.now()
    db.flush()
    answers = {"pets": Seen.PRESENT, "money": Seen.PRESENT}

    second = risk.opened(db, pair, answers, answers)

    board = risk_boards.of_assessment(db, pair.vss, second.id)
    assert board.line(HER, "pets").actions == (going,)
    assert [one.item.id for one in board.gaps] == ["money"]
    assert board.pulse == risk_boards.pulse(db, pair.vss, second.id)


@pytest.mark.parametrize("is_own", [True, False])
def test_an_action_of_the_assessment_before_answers_also_where_the_list_is_another_by_now(
    db: Session, make: Make, is_own: bool
) -> None:
    pair = make.pair()
    administrator = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    going = make.action(pair)
    risk_boards.link_action(db, pair.pp, first.id, about=HER, item="pets", action_id=going.id)
    first.finished_at = clock.now()
    drafted = risk_lists.begin_from_current(db, administrator)
    risk_lists.drop_item(
        db, administrator, item_id=risk_lists.content_of(drafted).items[0].id, version=drafted.version
    )
    risk_lists.release(db, administrator, version=drafted.version)
    if not is_own:
        risk_lists.use_shipped(db, administrator)
    asked = risk_lists.load(db, risk_lists.current(db))
    pets = next(one for one in asked.items if one.title == risk_lists.load(db, 1).item("pets").title)
    answers = {pets.id: Seen.PRESENT}

    second = risk.opened(db, pair, answers, answers)

    board = risk_boards.of_assessment(db, pair.vss, second.id)
    assert second.woman_list != first.woman_list
    assert board.line(HER, pets.id).actions == (going,)
    assert board.gaps == []


def test_an_action_of_before_that_is_done_while_this_assessment_goes_on_still_answers(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    answers = {"pets": Seen.PRESENT}
    first = risk.opened(db, pair, answers, answers)
    going = make.action(pair)
    risk_boards.link_action(db, pair.pp, first.id, about=HER, item="pets", action_id=going.id)
    first.finished_at = clock.now()
    db.flush()
    second = risk.opened(db, pair, answers, answers)

    action_plans.set_state(db, pair.pp, going.id, state=ActionState.DONE, version=1)

    board = risk_boards.of_assessment(db, pair.vss, second.id)
    assert board.line(HER, "pets").actions == (going,)
    assert board.gaps == []
