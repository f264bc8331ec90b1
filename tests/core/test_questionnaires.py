"""Questionnaires on change: what the product ships and says that it is not, and the services' own, checked and frozen."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.content import questionnaires as content
from core.content.questionnaires import Change, Kind, Respondent
from core.errors import Conflict, ContentError, Invalid, NotAllowed, NotFound
from core.models import Role, ServiceKind
from core.operations import questionnaires, responses
from core.settings import settings
from tests import change
from tests.change import STRUCTURE, WORDS
from tests.make import Make


@pytest.fixture
def administrator(make: Make) -> Actor:
    return make.actor(make.service(ServiceKind.PP), Role.ADMINISTRATOR)


def own() -> content.Questionnaire:
    return content.from_data(content.read_own(STRUCTURE, {"en": WORDS}))


@pytest.mark.parametrize("respondent", list(Respondent))
def test_the_short_forms_say_that_they_are_not_the_impact_instrument(respondent: Respondent) -> None:
    form = content.load(respondent)

    assert "not the IMPACT questionnaire" in form.banner
    assert form.source.startswith("Own wording")
    assert {one.domain for one in form.questions} == set(content.load_domains().ids)
    assert form.times == ("T0", "T1", "T2", "T3", "T4")
    assert not [one for one in form.asked("T0", {}) if one.kind is Kind.CHANGE]


def test_more_calls_for_help_are_read_neither_as_better_nor_as_worse() -> None:
    form = content.load(Respondent.HER)
    calls = form.question("called_out")

    assert form.compared(calls, "1", "4") is Change.CHANGED
    assert form.compared(calls, "2", "2") is Change.SAME


def test_a_question_is_asked_at_its_times_and_under_its_condition() -> None:
    form = own()

    assert [one.id for one in form.asked("T0", {})] == ["lives", "calls", "words"]
    assert [one.id for one in form.asked("T0", {"lives": "much"})] == ["lives", "shouts", "calls", "words"]
    assert [one.id for one in form.asked("T1", {"lives": "no"})] == ["lives", "calls", "since", "words"]


@pytest.mark.parametrize(
    ("question", "value", "takes"),
    [
        ("lives", "some", True),
        ("lives", "other", False),
        ("lives", "", True),
        ("calls", "9", True),
        ("calls", "10", False),
        ("calls", "-1", False),
        ("calls", "99999999", False),
        ("calls", "²", False),
        ("words", "x" * 1000, True),
        ("words", "x" * 1001, False),
    ],
)
def test_an_answer_is_one_that_the_question_takes(question: str, value: str, takes: bool) -> None:
    form = own()

    assert form.takes(form.question(question), value) is takes


@pytest.mark.parametrize(
    ("question", "before", "now", "says"),
    [
        ("shouts", "much", "some", Change.BETTER),
        ("shouts", "no", "some", Change.WORSE),
        ("shouts", "some", "some", Change.SAME),
        ("shouts", "unsaid", "some", Change.FIRST),
        ("shouts", None, "some", Change.FIRST),
        ("shouts", "some", "unsaid", Change.MISSING),
        ("shouts", "some", "", Change.MISSING),
        ("shouts", "gone", "some", Change.FIRST),
        ("lives", "no", "much", Change.CHANGED),
        ("calls", "3", "0", Change.BETTER),
        ("calls", "0", "3", Change.WORSE),
        ("since", "worse", "better", Change.BETTER),
        ("since", None, "worse", Change.WORSE),
    ],
)
def test_two_answers_are_compared_in_one_word(
    question: str, before: str | None, now: str, says: Change
) -> None:
    form = own()

    assert form.compared(form.question(question), before, now) is says


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([], Change.MISSING),
        ([Change.MISSING], Change.MISSING),
        ([Change.FIRST, Change.MISSING], Change.FIRST),
        ([Change.BETTER, Change.SAME, Change.FIRST], Change.BETTER),
        ([Change.WORSE, Change.SAME], Change.WORSE),
        ([Change.BETTER, Change.BETTER, Change.BETTER, Change.WORSE], Change.MIXED),
        ([Change.CHANGED, Change.SAME], Change.CHANGED),
        ([Change.SAME, Change.FIRST], Change.SAME),
    ],
)
def test_the_answers_of_a_domain_have_one_word_and_no_count(changes: list[Change], says: Change) -> None:
    assert content.together(changes) is says


#: What is taken out, what stands there in its place, in which file it is said to be wrong, why, and near which line.
WRONG = (
    ('scale = "often"', 'scale = "oft"', "v1.toml", "there is no scale 'oft'", 18),
    ('{ id = "some" }, { id = "much" }, ', "", "v1.toml", "at least two options", 8),
    ('id = "worse" }, { id = "same" }', 'id = "same" }, { id = "worse" }', "v1.toml", "worse, same", 42),
    ('better = "less"', 'better = "fewer"', "v1.toml", "'less' or 'more'", 25),
    ('domain = "violence"', 'domain = "danger"', "v1.toml", "there is no domain 'danger'", 22),
    ('question = "lives"', 'question = "words"', "v1.toml", "no earlier question 'words'", 26),
    ('is = ["some", "much"]', 'is = ["always"]', "v1.toml", "has no option always", 26),
    ('kind = "number"', 'kind = "number"\nscale = "often"', "v1.toml", "has no scale", 31),
    ('kind = "text"', 'kind = "text"\nbetter = "more"', "v1.toml", "no way that is better", 46),
    ('kind = "text"', 'kind = "text"\nmost = 4', "v1.toml", "only a number", 46),
    ('kind = "text"', 'kind = "choice"', "v1.toml", "needs a scale", 45),
    ('times = ["T1"]', 'times = ["T4"]', "v1.toml", "not asked at T4", 40),
    ('id = "ours_her"', 'id = "ours_her', "v1.toml", "this is not TOML", 1),
    ("[question.calls]", "[question.call]", "v1.en.toml", "there is no question 'call'", 25),
    ('title = "Does he shout?"', 'titel = "Does he shout?"', "v1.en.toml", "titel", 24),
    ('banner = "Held by our service"', "", "v1.en.toml", "banner: this is missing", 0),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong[3])
def test_a_wrong_file_is_refused_with_its_name_its_line_and_the_reason(
    db: Session, administrator: Actor, wrong: tuple[str, str, str, str, int]
) -> None:
    old, new, file, reason, line = wrong
    assert old in STRUCTURE + WORDS

    with pytest.raises(Invalid) as refused:
        questionnaires.enter(
            db,
            administrator,
            structure=STRUCTURE.replace(old, new, 1),
            words=WORDS.replace(old, new, 1),
        )

    said = refused.value.values
    assert (said["file"], refused.value.field) == (file, "structure" if file == "v1.toml" else "words")
    assert reason in str(said["reason"])
    if line:
        assert refused.value.key == "error.change.file_line"
        assert abs(int(str(said["line"])) - line) <= 2, said["line"]
    assert questionnaires.draft(db, administrator) is None


def test_two_questions_about_change_in_one_domain_are_refused() -> None:
    twice = STRUCTURE.replace(
        'id = "words"\ndomain = "safety"\nkind = "text"',
        ('id = "words"\ndomain = "violence"\nkind = "change"\nscale = "since"'),
    )

    with pytest.raises(ContentError, match="such a question already"):
        content.read_own(twice, {"en": WORDS})


def test_a_condition_hangs_on_options_alone() -> None:
    moved = STRUCTURE.replace('kind = "text"', 'kind = "text"\nshow_if = { question = "calls", is = ["1"] }')

    with pytest.raises(ContentError, match="has no options to hang on"):
        content.read_own(moved, {"en": WORDS})


def test_words_are_needed_in_one_language_and_any_is_shown_where_the_asked_one_lacks() -> None:
    with pytest.raises(ContentError, match="this file is missing"):
        content.read_own(STRUCTURE, {})

    data = content.read_own(STRUCTURE, {"it": WORDS.replace("Ours for her", "Le nostre")})
    assert content.from_data(data, "en").title == "Le nostre"


def test_its_own_is_asked_from_its_release_on_and_what_was_begun_stays(
    db: Session, make: Make, administrator: Actor
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    before = change.begun(db, pair, pair.vss, "T0")
    drafted = questionnaires.enter(db, administrator, structure=STRUCTURE, words=WORDS)
    assert questionnaires.asked_now(db, administrator)[1].times == ("T0", "T1", "T2", "T3", "T4")

    questionnaires.release(db, administrator, version=drafted.version)

    assert responses.find(db, pair.vss, before.id).questionnaire.id == "summary_her"
    after = responses.find(db, pair.vss, change.begun(db, pair, pair.vss, "T1").id)
    assert after.questionnaire.title == "Ours for her"
    assert (
        responses.find(db, pair.pp, change.begun(db, pair, pair.pp, "T1").id).questionnaire.id
        == "summary_him"
    )
    assert [(one.times, one.title) for one in questionnaires.asked_now(db, administrator)] == [
        (("T0", "T1", "T2", "T3", "T4"), "Short form for him"),
        (("T0", "T1"), "Ours for her"),
        (("T2", "T3", "T4"), "Short form for her"),
    ]
    with pytest.raises(Conflict, match=r"error\.change\.no_draft"):
        questionnaires.discard(db, administrator, version=drafted.version)


def test_entered_again_it_is_the_next_number_and_the_answered_one_stays(
    db: Session, make: Make, administrator: Actor
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    first = questionnaires.enter(db, administrator, structure=STRUCTURE, words=WORDS)
    questionnaires.release(db, administrator, version=first.version)
    answered = change.asked(db, pair, pair.vss, "T0", lives="no")

    second = questionnaires.enter(
        db, administrator, structure=STRUCTURE, words=WORDS.replace("Ours for her", "Ours, again")
    )
    questionnaires.release(db, administrator, version=second.version)

    assert (first.number, second.number) == (1, 2)
    assert responses.find(db, pair.vss, answered.id).questionnaire.title == "Ours for her"
    later = change.begun(db, pair, pair.vss, "T1")
    assert responses.find(db, pair.vss, later.id).questionnaire.title == "Ours, again"
    questionnaires.end(db, administrator, key="ours_her", number=2)
    with pytest.raises(Conflict, match=r"error\.change\.ended"):
        questionnaires.end(db, administrator, key="ours_her", number=2)
    with pytest.raises(NotFound):
        questionnaires.end(db, administrator, key="ours_her", number=9)
    assert questionnaires.current(db, Respondent.HER, "T0")[1] == 1
    assert responses.find(db, pair.vss, later.id).questionnaire.title == "Ours, again"
    with pytest.raises(NotFound):
        questionnaires.load(db, "ours_her", 9)


def test_one_is_entered_at_a_time_under_a_name_and_for_times_that_can_be(
    db: Session, administrator: Actor
) -> None:
    for old, new, key in (
        ('times = ["T0", "T1"]', 'times = ["T0", "T1", "T9"]', "unknown_time"),
        ('id = "ours_her"', 'id = "summary_her"', "key_taken"),
    ):
        with pytest.raises(Invalid, match=rf"error\.change\.{key}"):
            questionnaires.enter(db, administrator, structure=STRUCTURE.replace(old, new), words=WORDS)
    drafted = questionnaires.enter(db, administrator, structure=STRUCTURE, words=WORDS)
    with pytest.raises(Conflict, match=r"error\.change\.draft_exists"):
        questionnaires.enter(db, administrator, structure=STRUCTURE, words=WORDS)

    questionnaires.discard(db, administrator, version=drafted.version)

    assert questionnaires.draft(db, administrator) is None
    assert list(questionnaires.released(db, administrator)) == []


def test_it_is_taken_from_a_folder_of_the_installation(
    db: Session, administrator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    settings.cache_clear()
    assert questionnaires.folders(db, administrator) == ()
    here = tmp_path / "questionnaires" / "ours"
    here.mkdir(parents=True)
    (here / "v1.toml").write_bytes(b"\xff")
    with pytest.raises(Invalid, match=r"error\.change\.unreadable"):
        questionnaires.enter_folder(db, administrator, name="ours")
    (here / "v1.toml").write_text("\ufeff" + STRUCTURE.replace("\n", "\r\n"), "utf-8")
    (here / "v1.en.toml").write_text(WORDS.replace("[question.calls]", "[question.call]"), "utf-8")
    with pytest.raises(Invalid) as refused:
        questionnaires.enter_folder(db, administrator, name="ours")
    assert (refused.value.field, refused.value.values["file"]) == ("words", "ours/v1.en.toml")
    (here / "v1.en.toml").write_text(WORDS, "utf-8")

    drafted = questionnaires.enter_folder(db, administrator, name="ours")

    assert questionnaires.folders(db, administrator) == ["ours"]
    assert questionnaires.content_of(drafted).title == "Ours for her"
    with pytest.raises(NotFound):
        questionnaires.enter_folder(db, administrator, name="../ours")
    settings.cache_clear()


def test_only_an_administrator_enters_one(db: Session, make: Make) -> None:
    pair = make.pair()

    for act in (
        lambda: questionnaires.enter(db, pair.pp, structure=STRUCTURE, words=WORDS),
        lambda: questionnaires.folders(db, pair.pp),
        lambda: questionnaires.released(db, pair.pp),
        lambda: questionnaires.asked_now(db, pair.pp),
    ):
        with pytest.raises(NotAllowed):
            act()
