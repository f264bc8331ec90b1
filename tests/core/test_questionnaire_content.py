"""What a questionnaire on change asks and how two answers compare; and what the short forms say that they are not."""

import pytest

from core.content import own_questionnaires
from core.content import questionnaires as content
from core.content.questionnaires import Change, Kind, Respondent
from core.errors import ContentError
from tests.change import STRUCTURE, WORDS


def own() -> content.Questionnaire:
    return own_questionnaires.from_data(own_questionnaires.read_own(STRUCTURE, {"en": WORDS}))


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


def test_two_questions_about_change_in_one_domain_are_refused() -> None:
    twice = STRUCTURE.replace(
        'id = "words"\ndomain = "safety"\nkind = "text"',
        ('id = "words"\ndomain = "violence"\nkind = "change"\nscale = "since"'),
    )

    with pytest.raises(ContentError, match="such a question already"):
        own_questionnaires.read_own(twice, {"en": WORDS})


def test_a_condition_hangs_on_options_alone() -> None:
    moved = STRUCTURE.replace(
        'kind = "text"', 'kind = "text"\nshow_if = { question = "calls", is = ["yes"] }'
    )

    with pytest.raises(ContentError, match="has no options to hang on"):
        own_questionnaires.read_own(moved, {"en": WORDS})


def test_words_are_needed_in_one_language_and_any_is_shown_where_the_asked_one_lacks() -> None:
    with pytest.raises(ContentError, match="this file is missing"):
        own_questionnaires.read_own(STRUCTURE, {})

    data = own_questionnaires.read_own(STRUCTURE, {"it": WORDS.replace("Ours for her", "Le nostre")})
    assert own_questionnaires.from_data(data, "en").title == "Le nostre"
