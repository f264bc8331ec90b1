"""The agreements of the library: complete, and a mistake in them is reported with its file and line."""

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from core.content import agreements
from core.content.agreements import FOLDER, Agreement, checked, load, released
from core.documents.clause import Clause, ClauseBlock, fill, parse
from core.errors import ContentError, Invalid

SEED_CHAPTERS = ["legislative_framework", "principles", "scope", "objectives", "commitments"]


@pytest.mark.parametrize(("agreement_id", "version"), released())
def test_every_released_agreement_loads_with_the_five_chapters(agreement_id: str, version: int) -> None:
    content = load(agreement_id, version)

    assert [chapter.id for chapter in content.chapters if not chapter.is_opening] == SEED_CHAPTERS
    assert all(content.clauses_of(chapter.id) for chapter in content.chapters)
    assert agreements.template(agreement_id, version, "it").exists()


@pytest.mark.parametrize(("agreement_id", "version"), released())
def test_every_clause_file_belongs_to_a_clause(agreement_id: str, version: int) -> None:
    files = (FOLDER / agreement_id / f"v{version}" / "clauses").glob("*.en.md")

    assert {file.name.removesuffix(".en.md") for file in files} == {
        clause.id for clause in load(agreement_id, version).clauses
    }


@pytest.mark.parametrize(("agreement_id", "version"), released())
def test_every_choice_has_alternatives_of_which_one_is_the_default(agreement_id: str, version: int) -> None:
    content = load(agreement_id, version)

    for choice in content.choices:
        alternatives = content.clauses_of_choice(choice.id)
        assert len(alternatives) > 1
        assert sum(clause.is_default for clause in alternatives) == 1


def test_the_organisation_level_has_alternatives_for_framework_and_controllers() -> None:
    content = load("organisation")

    assert [clause.id for clause in content.clauses_of_choice("controllers")] == [
        "controllers_separate",
        "controllers_joint",
    ]
    defaults = {clause.id for clause in content.clauses if clause.is_default}
    assert "national_framework" in defaults
    assert "no_national_framework" not in defaults
    assert content.ask("t2_interval_months").default == 3
    assert content.default_answers()["t4_after_months"] == 6


def test_the_case_level_ends_and_copies_the_agreed_times() -> None:
    content = load("case")
    organisation = {ask.id: ask.kind for ask in load("organisation").asks}

    assert not content.ask("end_date").is_optional
    assert "end_date" in content.party_asks()
    assert all(organisation[ask.id] == ask.kind for ask in content.asks if ask.is_copied)


def test_a_language_without_words_of_its_own_is_said_in_english() -> None:
    assert load("case", 1, "it").title == load("case").title


def copy(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER / "case", tmp_path / "case")
    return tmp_path / "case" / "v1"


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_placeholder_that_is_never_asked_is_reported_with_its_line(tmp_path: Path) -> None:
    path = copy(tmp_path) / "clauses" / "preamble.en.md"
    changed(path, "{{ case_code }}", "{{ case_name }}")

    with pytest.raises(ContentError, match="'case_name' is never asked") as caught:
        load("case", folder=tmp_path)

    assert (caught.value.path, caught.value.line) == (path, 3)


def test_a_question_that_nothing_uses_is_reported(tmp_path: Path) -> None:
    path = copy(tmp_path) / "clauses" / "duration.en.md"
    path.write_text("# Duration\nUntil it ends.\n", encoding="utf-8")
    changed(path.parents[1] / "clauses" / "persons.en.md", "{{ persons_covered }}", "Nobody.")

    with pytest.raises(ContentError, match="ask 'persons_covered': no clause and no party uses the answer"):
        load("case", folder=tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('chapter = "scope"', 'chapter = "skope"', "there is no chapter 'skope'"),
        ('side = "pp"', 'choice = "other"', "there is no choice 'other'"),
        ('section = "case"', 'section = "kase"', "there is no section 'kase'"),
        ('signs = ["pp_name"', 'signs = ["name"', "there is no question 'name'"),
        ('signs = ["pp_name", ', "signs = [", "two parties sign"),
        ('kind = "date"', 'kind = "choice"', "options belong to a question of kind 'choice'"),
        ("is_optional = true\n", "", "an optional question says in 'if_empty'"),
        ('kind = "date"', 'kind = "dait"', "kind"),
    ],
)
def test_a_mistake_in_the_structure_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = copy(tmp_path) / "agreement.toml"
    changed(path, old, new)

    with pytest.raises(ContentError, match=reason) as caught:
        load("case", folder=tmp_path)

    assert caught.value.path == path
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (b"No heading.\n", "begins with its one heading", 1),
        (b"# One\nText.\n# Two\n", "begins with its one heading", 3),
        (b"# Only a heading\n", "at least one paragraph", 1),
        (b"# \xff\n", "not in UTF-8", None),
    ],
)
def test_a_mistake_in_a_clause_is_reported(
    tmp_path: Path, text: bytes, reason: str, line: int | None
) -> None:
    path = copy(tmp_path) / "clauses" / "persons.en.md"
    path.write_bytes(text)

    with pytest.raises(ContentError, match=reason) as caught:
        load("case", folder=tmp_path)

    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_clause_without_its_file_is_reported(tmp_path: Path) -> None:
    (copy(tmp_path) / "clauses" / "persons.en.md").unlink()

    with pytest.raises(ContentError, match="this file is missing"):
        load("case", folder=tmp_path)


def test_no_text_holds_a_case_or_a_law_article_that_nobody_has_checked() -> None:
    checked_articles = {"6", "9", "10", "16(3)", "26"}
    for agreement_id, version in released():
        for clause in load(agreement_id, version).clauses:
            for found in clause.text.split("Article ")[1:]:
                assert found.split()[0].rstrip("),.:;") in {*checked_articles, "16(3"}


def test_every_word_is_english_text_without_markup() -> None:
    for agreement_id, version in released():
        path = FOLDER / agreement_id / f"v{version}" / "agreement.en.toml"
        assert "<" not in path.read_text(encoding="utf-8")
        assert tomllib.loads(path.read_text(encoding="utf-8"))["title"]


@pytest.fixture(scope="module")
def case() -> Agreement:
    return load("case")


def test_answers_are_kept_as_plain_values(case: Agreement) -> None:
    kept = checked(
        case,
        {
            "end_date": date(2027, 1, 31),
            "t2_interval_months": 3,
            "man_code": " M-07 ",
            "orders": "",
            "pp_deputy": None,
        },
    )

    assert kept == {"end_date": "2027-01-31", "t2_interval_months": 3, "man_code": "M-07"}


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("nothing", "x", "error.answer_unknown"),
        ("t2_interval_months", "three", "error.answer_number"),
        ("t2_interval_months", True, "error.answer_number"),
        ("t2_interval_months", 0, "error.answer_range"),
        ("man_code", 7, "error.answer_text"),
        ("end_date", "soon", "error.no_date"),
        ("end_date", date(1066, 1, 1), "error.strange_date"),
        ("man_code", "a\x00b", "error.unprintable"),
        ("orders", "x" * 20_001, "error.too_long"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_beside_its_question(
    case: Agreement, name: str, value: object, key: str
) -> None:
    with pytest.raises(Invalid, match=key) as caught:
        checked(case, {name: value})

    assert caught.value.field == name


def test_an_answer_outside_the_options_is_refused(case: Agreement) -> None:
    ask = case.ask("man_code").model_copy(
        update={"kind": "choice", "options": (agreements.Option(id="yes", label="Yes"),)}
    )
    content = case.model_copy(update={"asks": (ask,)})

    assert checked(content, {"man_code": "yes"}) == {"man_code": "yes"}
    with pytest.raises(Invalid, match=r"error\.answer_choice"):
        checked(content, {"man_code": "no"})


def test_the_lines_of_a_clause_are_told_apart_before_they_are_filled() -> None:
    clause = parse("# About {{ who }}\n\n{{ who }} does this.\n- {{ what }}\n{{ what }}")

    filled = fill(clause, {"who": "- Service", "what": "# one\n- two"})

    assert filled == Clause(
        "About - Service",
        (
            ClauseBlock("paragraph", "- Service does this."),
            ClauseBlock("bullet", "# one\n- two"),
            ClauseBlock("paragraph", "# one\n- two", is_answer=True),
        ),
    )
    assert clause.placeholders() == ("who", "what")


def test_a_value_is_never_read_as_a_placeholder() -> None:
    clause = fill(parse("# H\n{{ a }} {{ b }} {{ c }}"), {"a": "{{ b }}"}, {"b": "[b]", "c": None}.get)

    assert clause.blocks[0].text == "{{ b }} [b] {{ c }}"
