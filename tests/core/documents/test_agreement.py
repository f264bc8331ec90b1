"""Both kinds of agreement: the Word file says exactly what the preview says, and what is missing is listed."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from core.documents.agreement import (
    AgreementDraft,
    AgreementStatus,
    ClauseChoice,
    ClauseState,
    OwnClause,
    asked,
    contested,
    included,
    layout,
    make,
    markdown,
    missing,
    open_clauses,
    plain_text,
    printed_lines,
    shown_answers,
)
from core.documents.kinds import Recipient
from core.documents.read import lines
from core.errors import NotAllowed
from tests.core.documents.agreement_samples import empty, full
from tests.core.documents.samples import PRINTED, words

KINDS = ("organisation", "case")
TYPED = st.text(st.characters(), min_size=1, max_size=40)


def word_file(draft: AgreementDraft) -> bytes:
    return make(draft, Recipient.JOINT, words, PRINTED)


def word_lines(content: bytes) -> list[tuple[str, str]]:
    found = [
        line
        for line in lines(content)
        if line.place in {"body", "table"} and line.style not in {"Spacer", "End"}
    ]
    return [(line.number, line.text) for line in found]


@pytest.mark.parametrize("agreement_id", KINDS)
@pytest.mark.parametrize("filled", [full, empty])
def test_the_word_file_has_exactly_the_lines_of_the_preview(agreement_id: str, filled) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    draft = filled(agreement_id)

    assert word_lines(word_file(draft)) == printed_lines(layout(draft, words))


@settings(max_examples=25, deadline=None)
@given(name=TYPED, tasks=TYPED, adapted=TYPED, own=TYPED, note=TYPED)
def test_word_file_and_preview_are_equal_whatever_is_typed(
    name: str, tasks: str, adapted: str, own: str, note: str
) -> None:
    draft = full("case")
    draft = replace(
        draft,
        answers={**draft.answers, "pp_name": name, "pp_tasks": tasks, "persons_covered": tasks},
        clauses={
            "objectives": ClauseChoice(is_included=True, text=adapted),
            "persons": ClauseChoice(is_included=True, state=ClauseState.CONTESTED, note=note),
        },
        own=(OwnClause("own_1", "principles", own),),
    )

    assert word_lines(word_file(draft)) == printed_lines(layout(draft, words))


@settings(max_examples=25, deadline=None)
@given(typed=TYPED.filter(str.strip))
def test_an_answer_changes_words_and_never_the_layout(typed: str) -> None:
    draft = full("case")
    other = replace(draft, answers={**draft.answers, "pp_name": typed, "persons_covered": typed})

    kinds = [(block.kind, block.number) for block in layout(draft, words)]

    assert [(block.kind, block.number) for block in layout(other, words)] == kinds


def test_chapters_clauses_and_paragraphs_carry_their_numbers() -> None:
    found = dict(reversed(printed_lines(layout(full("organisation"), words))))

    assert found["1"] == "Legislative framework"
    assert found["5"] == "Commitments"
    assert found["2.1"] == "The safety of victims comes first"
    assert "(1)" in found
    assert "•" in found


def test_an_answer_that_stands_alone_is_part_of_the_paragraph_before_it() -> None:
    blocks = layout(full("organisation"), words)

    alone = [block for block in blocks if block.text == "The first of two lines.\nThe second of two lines."]

    assert {(block.kind, block.number) for block in alone} == {("single", "")}


def test_a_missing_answer_is_a_visible_blank_and_is_listed() -> None:
    draft = empty("organisation")

    text = plain_text(layout(draft, words))

    assert "[… Name of the perpetrator programme …] works with men" in text
    assert ("answer", "pp_name", "Name of the perpetrator programme") in [
        (item.kind, item.id, item.label) for item in missing(draft)
    ]
    assert missing(full("organisation")) == ()


def test_only_what_a_chosen_clause_needs_is_asked() -> None:
    draft = full("organisation")
    without = replace(draft, clauses={"retention": ClauseChoice(is_included=False)})

    assert "keep_minutes" in [ask.id for ask in asked(draft)]
    assert "keep_minutes" not in [ask.id for ask in asked(without)]
    assert "first_year_goals" not in [ask.id for ask in asked(draft)]


def test_exactly_one_of_two_alternatives_is_needed() -> None:
    draft = full("organisation")
    both = replace(draft, clauses={"controllers_joint": ClauseChoice(is_included=True)})
    none = replace(draft, clauses={"controllers_separate": ClauseChoice(is_included=False)})

    assert [item.id for item in missing(both)] == ["controllers"]
    assert [item.id for item in missing(none)] == ["controllers"]


def test_leaving_out_an_essential_clause_needs_a_reason() -> None:
    draft = full("organisation")
    silent = replace(draft, clauses={"never_to_him": ClauseChoice(is_included=False)})
    explained = replace(draft, clauses={"never_to_him": ClauseChoice(is_included=False, note="See annex 3.")})

    assert [(item.kind, item.id) for item in missing(silent)] == [("reason", "never_to_him")]
    assert missing(explained) == ()


def test_an_optional_question_without_an_answer_is_said_in_words() -> None:
    draft = empty("organisation")

    assert shown_answers(draft)["exclusions"] == "The services have named none."
    assert "exclusions" not in [item.id for item in missing(draft)]


def test_answers_are_printed_as_people_write_them() -> None:
    draft = full("organisation")
    one = replace(draft, answers={**draft.answers, "minutes_days": 1, "missed_sessions": 1200})

    shown = shown_answers(one)

    assert shown["effective_date"] == "12 January 2026"
    assert shown["new_violence_hours"] == "24 hours"
    assert shown["minutes_days"] == "1 day"
    assert shown["missed_sessions"] == "1,200"


def test_an_adapted_clause_changes_this_agreement_and_not_the_library() -> None:
    own_text = "# Safety\nOne line with {{ pp_name }} and {{ nonsense }}.\n- a point"
    draft = full("organisation")
    draft = replace(draft, clauses={"victim_safety_first": ClauseChoice(is_included=True, text=own_text)})

    found = printed_lines(layout(draft, words))

    assert ("2.1", "Safety") in found
    assert ("", "One line with Turning Point Marlen and {{ nonsense }}.") in found
    assert ("•", "a point") in found
    assert draft.content.clause("victim_safety_first").heading == "The safety of victims comes first"


def test_an_own_clause_stands_at_the_end_of_its_chapter() -> None:
    draft = replace(full("case"), own=(OwnClause("own_1", "objectives", "We look at it each month."),))

    found = printed_lines(layout(draft, words))

    assert found[found.index(("4.3", "Further clause")) + 1] == ("", "We look at it each month.")


def test_a_contested_clause_says_so_until_the_agreement_is_in_force() -> None:
    contest = ClauseChoice(is_included=True, state=ClauseState.CONTESTED, note="Aurora House wants 12 hours.")
    draft = replace(full("organisation"), clauses={"notices": contest})

    note = ("", "Contested between the services. Aurora House wants 12 hours.")

    assert [placed.id for placed in contested(draft)] == ["notices"]
    assert note in printed_lines(layout(draft, words))
    assert note not in printed_lines(layout(replace(draft, status=AgreementStatus.IN_FORCE), words))


def test_open_clauses_are_those_that_nobody_has_settled() -> None:
    draft = full("case")
    settled = {
        placed.id: ClauseChoice(is_included=True, state=ClauseState.AGREED) for placed in included(draft)
    }

    assert open_clauses(draft) == included(draft)
    assert open_clauses(replace(draft, clauses=settled)) == ()


def test_a_chapter_without_clauses_is_left_out_and_the_others_move_up() -> None:
    draft = full("case")
    leave_out = {
        clause.id: ClauseChoice(is_included=False) for clause in draft.content.clauses_of("principles")
    }

    found = printed_lines(layout(replace(draft, clauses=leave_out), words))

    assert ("2", "Scope") in found


def test_the_header_says_draft_until_both_approved_and_then_which_version_is_for_signature() -> None:
    draft = replace(full("organisation"), version=4, day=date(2027, 1, 1))

    headers = {
        status: next(
            line.text for line in lines(word_file(replace(draft, status=status))) if line.place == "header"
        )
        for status in AgreementStatus
    }

    assert headers[AgreementStatus.DRAFT] == "Agreement on cooperation · Version 4\tDRAFT"
    assert headers[AgreementStatus.AGREED] == "Agreement on cooperation · Version 4\tFor signature"
    assert headers[AgreementStatus.IN_FORCE].endswith("In force")
    assert headers[AgreementStatus.COMING].endswith("Signed, begins on 1 January 2027")
    assert headers[AgreementStatus.TO_END].endswith("In force, ended as of 1 January 2027")
    assert headers[AgreementStatus.ENDED].endswith("Ended as of 1 January 2027")
    assert headers[AgreementStatus.CALLED_OFF].endswith("Called off, never in force")
    assert headers[AgreementStatus.GIVEN_UP].endswith("DRAFT, given up")


def test_the_markdown_preview_marks_headings_and_escapes_what_was_typed() -> None:
    draft = full("case")
    draft = replace(draft, answers={**draft.answers, "pp_name": "**A** & <b> $x$ :red[y]"})

    text = markdown(layout(draft, words))

    assert "## 1 Legislative framework" in text
    assert r"\*\*A\*\* \& \<b\> \$x\$ \:red\[y\]" in text
    assert re.search(r"\n- \w", text)


def test_the_plain_preview_shows_numbers_and_both_signatures() -> None:
    text = plain_text(layout(full("case"), words))

    assert "1.1 The agreement between the managements applies" in text
    assert "Ivo K. | Elena D." in text
    assert "Case: MAR-07" in text


def test_a_case_agreement_goes_to_the_two_services_only() -> None:
    with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
        make(full("case"), Recipient.AGENCY, words, PRINTED)


@pytest.mark.parametrize(("agreement_id", "rows"), [("organisation", 6), ("case", 5)])
def test_signature_blocks_hold_together_with_their_heading(agreement_id: str, rows: int) -> None:
    word = Document(BytesIO(word_file(full(agreement_id))))
    signatures = word.tables[-1]
    cells = [cell.paragraphs[0] for row in signatures.rows for cell in row.cells]

    assert len(signatures.rows) == rows
    assert cells[-1].text.startswith("Signature:")
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in signatures.rows)
    held = [
        *word.paragraphs[-3:-1],
        *cells,
    ]  # its heading, its lead and every row; after them stands the end alone
    assert [one.style.name for one in held[:2]] == ["Section", "Signature Text"]
    assert all(one.style.paragraph_format.keep_with_next for one in held)


@pytest.mark.parametrize("agreement_id", KINDS)
def test_every_agreement_passes_the_audit_and_opens_in_libreoffice(agreement_id: str, tmp_path: Path) -> None:
    file = tmp_path / "agreement.docx"
    file.write_bytes(word_file(full(agreement_id)))

    errors = OpenXmlValidator().validate(file).errors
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)

    assert errors == []
    assert file.with_suffix(".pdf").stat().st_size > 10_000
    convert = ["pdftotext", "-layout", str(file.with_suffix(".pdf")), "-"]
    printed = subprocess.run(convert, check=True, capture_output=True, timeout=60).stdout.decode()
    [page] = [page for page in printed.split("\f") if "Signature:" in page]
    assert page.count("Signature:") == page.count("Place and date:") == 2
    assert "Signatures" in page


def test_a_line_that_introduces_bullets_stays_on_their_page() -> None:
    paragraphs = Document(BytesIO(word_file(full("organisation")))).paragraphs

    leads = [
        one.paragraph_format.keep_with_next
        for one, following in pairwise(paragraphs)
        if following.style.name == "List Bullet" and one.style.name == "Clause Paragraph"
    ]

    assert leads
    assert all(leads)
