"""The services' own questionnaires on change: checked with file and line, released, frozen, asked, ended."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.content.questionnaires import Respondent
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Role, ServiceKind
from core.operations import questionnaires, responses
from core.settings import settings
from tests import change
from tests.change import STRUCTURE, WORDS
from tests.make import Make


@pytest.fixture
def administrator(make: Make) -> Actor:
    return make.actor(make.service(ServiceKind.PP), Role.ADMINISTRATOR)


UNSAID = '{ id = "some", is_unsaid = true }, { id = "much", is_unsaid = true }'
#: What is taken out, what stands there in its place, in which file it is said to be wrong, why, and near which line.
WRONG = (
    ('scale = "often"', 'scale = "oft"', "v1.toml", "there is no scale 'oft'", 18),
    ('{ id = "some" }, { id = "much" }', UNSAID, "v1.toml", "at least two options", 8),
    ('id = "worse" }, { id = "same" }', 'id = "same" }, { id = "worse" }', "v1.toml", "worse, same", 39),
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
    ('title = "Does he shout?"', 'titel = "Does he shout?"', "v1.en.toml", "title: this is missing", 0),
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
