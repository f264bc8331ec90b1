"""The managements' talk: each side rates for itself, and what is drafted flows into the agreement."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import talks as content
from core.documents.read import lines
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import AgreementLevel, ChallengeRating, Event, Role, Weight
from core.operations import agreement_starts, agreement_texts, cooperations, talk_records, talks, team_facts
from core.operations.talks import Held, Rating
from tests.make import Make, Pair

TODAY = clock.today()
NOTHING = Rating()
SERIOUS, SOME = Rating(Weight.SERIOUS, "We know of no rule."), Rating(Weight.SOME)


@pytest.fixture
def pair(make: Make) -> Pair:
    return make.pair()


def rate(db: Session, actor: Actor, pair: Pair, rating: Rating, seen: Rating = NOTHING) -> None:
    talks.rate(db, actor, pair.case.cooperation_id, challenge="no_rules", rating=rating, seen=seen)
    db.flush()


def standing(db: Session, actor: Actor, pair: Pair) -> talks.Standing:
    return talks.find(db, actor, pair.case.cooperation_id)


def test_the_talk_holds_what_the_training_names() -> None:
    talk = content.load()

    assert [topic.line for topic in talk.challenges] == list(range(748, 754))
    assert [topic.line for topic in talk.solutions] == list(range(757, 764))
    assert [topic.line for topic in talk.aspects] == list(range(771, 776))
    assert talk.minutes == 45
    assert talk.aspect("goals").title == "Goals and results in common"
    assert talk.origins.isdisjoint(team_facts.aims())


def test_each_side_rates_for_itself_and_both_read_both(db: Session, pair: Pair) -> None:
    rate(db, pair.pp, pair, SERIOUS)
    assert standing(db, pair.vss, pair).challenges[0].apart is None
    rate(db, pair.vss, pair, Rating(Weight.NOT_AN_ISSUE))

    for reader in (pair.pp, pair.vss):
        seen = standing(db, reader, pair)
        assert seen.challenges[0].pp == SERIOUS
        assert seen.challenges[0].vss == Rating(Weight.NOT_AN_ISSUE)
        assert (seen.challenges[0].apart, seen.rated) == (2, 1)
    assert {row.service_id for row in db.scalars(select(ChallengeRating))} >= {
        pair.pp.service_id,
        pair.vss.service_id,
    }


def test_a_rating_changes_and_colleagues_on_one_side_do_not_overwrite_each_other(
    db: Session, make: Make, pair: Pair
) -> None:
    colleague = make.actor(pair.pp.service_id, Role.MANAGER)
    rate(db, pair.pp, pair, SOME)
    beat = talks.pulse(db, pair.vss, pair.case.cooperation_id)

    with pytest.raises(Conflict):
        rate(db, colleague, pair, SERIOUS)
    rate(db, colleague, pair, Rating(Weight.SOME, "Since the reform."), seen=NOTHING)
    rate(db, colleague, pair, SERIOUS, seen=Rating(Weight.SOME, "Since the reform."))

    assert standing(db, pair.vss, pair).challenges[0].pp == SERIOUS
    assert talks.pulse(db, pair.vss, pair.case.cooperation_id) > beat


def test_key_aspects_are_written_by_both_and_only_the_same_text_collides(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    talks.write_aspects(db, pair.pp, here, texts={"goals": "She sleeps.", "means": ""}, seen={})
    db.flush()

    talks.write_aspects(db, pair.vss, here, texts={"goals": "", "means": "Two hours a week."}, seen={})
    db.flush()
    with pytest.raises(Conflict):
        talks.write_aspects(db, pair.vss, here, texts={"goals": "Fewer cases."}, seen={})

    texts = {one.topic.id: one.text for one in standing(db, pair.vss, pair).aspects if one.text}
    assert texts == {"goals": "She sleeps.", "means": "Two hours a week."}


def test_what_is_written_on_an_aspect_becomes_an_objective_once(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    with pytest.raises(Conflict) as empty:
        talks.aim_at(db, pair.pp, here, aspect="goals")
    talks.write_aspects(db, pair.pp, here, texts={"goals": "She sleeps."}, seen={})
    db.flush()

    made = talks.aim_at(db, pair.vss, here, aspect="goals")
    db.flush()
    with pytest.raises(Conflict) as again:
        talks.aim_at(db, pair.pp, here, aspect="goals")
    talks.write_aspects(db, pair.pp, here, texts={"goals": "She says so."}, seen={"goals": "She sleeps."})
    db.flush()

    assert (made.chapter, made.text, made.side) == ("objectives", "She sleeps.", "both")
    assert empty.value.key == again.value.key == "error.talk.no_new_objective"
    assert next(one for one in standing(db, pair.pp, pair).aspects if one.topic.id == "goals").is_waiting


def test_commitments_are_in_the_agreement_with_their_side_and_their_day(
    db: Session, make: Make, pair: Pair
) -> None:
    here = pair.case.cooperation_id
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    day = date(2030, 3, 15)
    made = talks.commit(db, manager, here, solution="methods", wording="We visit.", side="pp", due_on=day)
    db.flush()
    assert standing(db, pair.vss, pair).remedies[4].proposals == (made,)

    agreement = agreement_starts.draft(db, manager, level=AgreementLevel.ORGANISATION, cooperation_id=here)
    later = talks.commit(
        db, manager, here, solution="pooling", wording="Half each.", side="both", due_on=None
    )
    db.flush()

    text = agreement_texts.kept_preview(db, manager, agreement.id)
    name = standing(db, manager, pair).cooperation.pp.name
    assert f"{name}: We visit" in text.replace("\\", "")
    assert "To be done by 15 Mar 2030" in text.replace("\\", "")
    assert agreement_starts.waiting_proposals(db, manager, agreement.id) == 1
    agreement_starts.take_proposals(db, manager, agreement.id)
    cooperations.revise_proposal(
        db, pair.vss, later.id, chapter="commitments", wording="Half.", side="both", due_on=day, version=1
    )
    assert later.due_on == day


def test_the_day_and_who_took_part_are_written_down(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    held = Held(TODAY, "Director", "")
    talks.record_held(db, pair.pp, here, held=held, seen=Held())
    db.flush()

    talks.record_held(db, pair.vss, here, held=Held(TODAY, "", "Director\nCoordinator"), seen=Held(TODAY))
    db.flush()
    with pytest.raises(Conflict):
        talks.record_held(db, pair.vss, here, held=Held(TODAY - timedelta(days=1)), seen=Held())

    assert standing(db, pair.pp, pair).held == Held(TODAY, "Director", "Director\nCoordinator")


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (lambda db, p, here: talks.rate(db, p.pp, here, challenge="x", rating=SOME, seen=NOTHING), "error.cooperation.choose"),
        (lambda db, p, here: talks.rate(db, p.pp, here, challenge="roles", rating=NOTHING, seen=NOTHING), "error.cooperation.choose"),
        (lambda db, p, here: talks.rate(db, p.pp, here, challenge="roles", rating=Rating(Weight.SOME, "a\x07"), seen=NOTHING), "error.unprintable"),
        (lambda db, p, here: talks.write_aspects(db, p.pp, here, texts={"x": "y"}, seen={}), "error.cooperation.choose"),
        (lambda db, p, here: talks.write_aspects(db, p.pp, here, texts={"goals": "y" * 2001}, seen={}), "error.too_long"),
        (lambda db, p, here: talks.aim_at(db, p.pp, here, aspect="x"), "error.cooperation.choose"),
        (lambda db, p, here: talks.commit(db, p.pp, here, solution="goals", wording="x", side="pp", due_on=None), "error.cooperation.choose"),
        (lambda db, p, here: talks.commit(db, p.pp, here, solution="values", wording=" ", side="pp", due_on=None), "error.empty"),
        (lambda db, p, here: talks.commit(db, p.pp, here, solution="values", wording="x", side="he", due_on=None), "error.cooperation.choose"),
        (lambda db, p, here: talks.commit(db, p.pp, here, solution="values", wording="x", side="pp", due_on=date(1, 1, 1)), "error.strange_date"),
        (lambda db, p, here: talks.record_held(db, p.pp, here, held=Held(TODAY + timedelta(days=2)), seen=Held()), "error.talk.day_ahead"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    db: Session, pair: Pair, act: Callable[[Session, Pair, object], object], key: str
) -> None:
    with pytest.raises(CoreError) as refusal:
        act(db, pair, pair.case.cooperation_id)

    assert refusal.value.key == key


def test_a_talk_is_for_its_two_services(db: Session, make: Make, pair: Pair) -> None:
    here = pair.case.cooperation_id
    rate(db, pair.pp, pair, SERIOUS)
    strangers = make.pair()
    office, guest = (make.actor(pair.pp.service_id, role) for role in (Role.ADMINISTRATOR, Role.GUEST))

    acts: tuple[Callable[[Actor], object], ...] = (
        lambda actor: talks.find(db, actor, here),
        lambda actor: talks.rate(db, actor, here, challenge="roles", rating=SOME, seen=NOTHING),
        lambda actor: talks.write_aspects(db, actor, here, texts={"goals": "x"}, seen={}),
        lambda actor: talks.aim_at(db, actor, here, aspect="goals"),
        lambda actor: talks.commit(db, actor, here, solution="values", wording="x", side="pp", due_on=None),
        lambda actor: talks.record_held(db, actor, here, held=Held(TODAY), seen=Held()),
        lambda actor: talk_records.document(db, actor, here, words=Words()),
    )
    for outsider in (strangers.pp, strangers.vss, office, guest):
        assert talks.pulse(db, outsider, here) == 0
        for act in acts:
            with pytest.raises((NotAllowed, NotFound)):
                act(outsider)
    assert talks.find(db, strangers.vss, strangers.case.cooperation_id).challenges[0].pp == NOTHING


def test_a_service_that_works_with_two_others_keeps_the_talks_apart(
    db: Session, make: Make, pair: Pair
) -> None:
    second = make.cooperation()
    second.pp_id = pair.pp.service_id
    db.flush()
    other = make.actor(second.vss_id)

    rate(db, pair.pp, pair, SERIOUS)
    talks.rate(db, pair.pp, second.id, challenge="no_rules", rating=SOME, seen=NOTHING)
    db.flush()

    assert talks.find(db, other, second.id).challenges[0].pp == SOME
    assert standing(db, pair.vss, pair).challenges[0].pp == SERIOUS


def test_the_record_in_word_says_what_the_page_says(db: Session, pair: Pair) -> None:
    here = pair.case.cooperation_id
    empty = "\n".join(line.text for line in lines(talk_records.document(db, pair.pp, here, words=Words())))
    rate(db, pair.pp, pair, Rating(Weight.SERIOUS, "PP & <b>us</b> {{ x }}"))
    rate(db, pair.vss, pair, SOME)
    talks.write_aspects(db, pair.vss, here, texts={"goals": "She sleeps."}, seen={})
    for side, due_on in (("vss", date(2030, 3, 15)), ("both", None)):
        talks.commit(db, pair.pp, here, solution="values", wording=f"For {side}", side=side, due_on=due_on)
    talks.record_held(db, pair.pp, here, held=Held(date(2026, 2, 3), "Director\nDeputy"), seen=Held())
    db.flush()

    text = "\n".join(line.text for line in lines(talk_records.document(db, pair.vss, here, words=Words())))

    assert "Not held yet" in empty
    assert "In preparation, as of" in empty
    for said in (
        "3 Feb 2026", "Held, as of", "Director, Deputy", "serious: PP & <b>us</b> {{ x }}", "some", "≠ one step",
        "not rated yet", "For vss", "15 Mar 2030", "from the start", "victim support service", "She sleeps.",
        "Why we do this: the protection", "Not written down yet", pair.pp.service_name,
    ):  # fmt: skip
        assert said in text, said
    assert pair.pp.name not in text
    assert db.scalars(select(Event.act).where(Event.act == "printed", Event.subject == "cooperation")).all()


def test_an_aspect_with_the_name_of_a_solution_is_a_mistake_of_the_file() -> None:
    talk = content.load()
    twice = talk.aspects[0].model_copy(update={"id": "values"})

    with pytest.raises(ValueError, match="'values' is a solution already"):
        content.Talk.model_validate(dict(talk) | {"aspects": (twice,)})


def test_each_act_leaves_an_event_without_words(db: Session, pair: Pair) -> None:
    rate(db, pair.pp, pair, SERIOUS)

    event = db.scalars(select(Event).where(Event.subject == "challenge_rating")).one()
    assert (event.act, event.person_id, event.case_id) == ("rated", pair.pp.person_id, None)


def test_nobody_rates_without_a_weight_and_the_field_is_named(db: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as refusal:
        rate(db, pair.pp, pair, Rating(None, "A long note"))

    assert refusal.value.field == "weight"
