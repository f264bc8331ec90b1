"""All content that is shipped: it reads without a mistake, and what was released stays as it was."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from core.content import check, eligibilities, files, glossary_terms, trainings
from core.content.files import FOLDER
from core.content.protocols import Side
from core.errors import ContentError

KINDS = (
    "meetings",
    "protocol",
    "training",
    "eligibility",
    "glossary",
    "talk",
    "risk_woman",
    "risk_children",
    "violence",
)
WORDS = sorted(path for kind in KINDS for path in (FOLDER / kind).glob("v*.en.toml"))


def test_every_folder_of_content_is_checked() -> None:
    checked = {line.split(" ")[0] for line in check.check_all()}

    assert checked >= set(KINDS)
    assert {path.parent.name for path in FOLDER.glob("*/v*.toml")} <= checked


@pytest.mark.parametrize("path", WORDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_words_are_plain(path: Path) -> None:
    text = path.read_text("utf-8")

    for word in ("<", "{{", "  ", "seed", "ASAP Phase", "Section A", "TODO", "…"):
        assert not any(word in line.strip() for line in text.splitlines() if not line.startswith("#")), word
    assert not re.search(r"\bASAP 2\.0 [Pp]hase", text)


def test_the_training_has_six_sessions_of_ninety_minutes() -> None:
    training = trainings.load()

    assert len(training.sessions) == 6
    assert sum(session.minutes for session in training.sessions) == 540
    assert sum(session.minutes_online for session in training.sessions) == 360
    for session in training.sessions:
        assert sum(activity.minutes for activity in session.activities) == session.minutes
    assert training.session("protocol").activities[2].minutes == 40


def test_the_training_refuses_minutes_that_do_not_add_up(tmp_path: Path) -> None:
    error = _refused(tmp_path, "minutes = 20", "minutes = 25")

    assert error.reason == "session 'gender_based_violence', minutes: the activities take 95 minutes, not 90"
    assert error.line is not None


def test_the_training_refuses_a_method_without_a_name(tmp_path: Path) -> None:
    error = _refused(tmp_path, 'id = "lecture"', 'id = "talk"', words=True)

    assert "the methods are lecture, small_groups, discussion, case_study" in error.reason


def test_a_target_question_asks_why_and_says_whether_it_is_the_protocols() -> None:
    found = eligibilities.load()

    assert found.question("violent_man").is_of_protocol
    assert not found.question("two_paths").is_of_protocol
    assert all(question.if_no for question in found.questions)
    assert "not from the protocol" in found.exclusions_note


def test_what_only_the_victim_support_service_may_judge_is_not_shown_to_the_programme() -> None:
    found = eligibilities.load()

    danger = found.exclusion("raises_danger")

    assert danger in found.exclusions_for(Side.VSS)
    assert danger not in found.exclusions_for(Side.PP)
    assert found.exclusion("substance_use") in found.exclusions_for(Side.PP)


def test_every_glossary_term_has_a_meaning_a_question_and_a_source() -> None:
    glossary = glossary_terms.load()

    assert glossary.term("use_rule").meaning
    assert len({term.term for term in glossary.terms}) == len(glossary.terms)


def test_what_was_released_is_unchanged() -> None:
    listed = tomllib.loads((FOLDER / "released.toml").read_text("utf-8"))["sha256"]

    assert list(check.released()) == [f"released {name}" for name in listed]


def test_released_content_that_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v1.toml").write_bytes(b"version = 1\n")
    digest = hashlib.sha256(b"version = 1\n").hexdigest()
    (tmp_path / "released.toml").write_text(f'[sha256]\n"v1.toml" = "{digest}"\n', "utf-8")
    assert list(check.released(tmp_path)) == ["released v1.toml"]
    (tmp_path / "v1.toml").write_bytes(b"version = 1\r\n")
    assert list(check.released(tmp_path)) == ["released v1.toml"]

    (tmp_path / "v1.toml").write_text("version = 2\n", "utf-8")

    with pytest.raises(ContentError, match=r"v1\.toml: this file was released and has changed; copy it"):
        list(check.released(tmp_path))
    (tmp_path / "v1.toml").unlink()
    with pytest.raises(ContentError, match=r"v1\.toml: this file was released and is missing"):
        list(check.released(tmp_path))


def _refused(tmp_path: Path, old: str, new: str, *, words: bool = False) -> ContentError:
    """What is said about a copy of the training programme with a mistake in it."""
    folder = tmp_path / trainings.KIND
    folder.mkdir()
    for path in (FOLDER / trainings.KIND).glob("v1*.toml"):
        text = path.read_text("utf-8").replace(old, new, 1)
        (folder / path.name).write_text(
            text.replace("[method.lecture]", "[method.talk]") if words else text, "utf-8"
        )
    with pytest.raises(ContentError) as refusal:
        files.read(trainings.Training, trainings.KIND, 1, folder=tmp_path)
    return refusal.value
