"""The papers that he may get say what their preview says, and nothing that must not be said to him."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from core.content import participation
from core.documents import for_him
from core.documents.for_him import Answer, Paper, Part, printed_lines
from core.documents.kinds import Recipient
from core.documents.read import lines
from core.errors import NotAllowed
from tests.core.documents.samples import ATTENDED, FOR_HIM, PRINTED, TAKING_PART, words

TYPED = st.text(st.characters(), min_size=1, max_size=40)


def word_lines(paper: Paper) -> list[str]:
    found = lines(for_him.make(paper, Recipient.HIM, words, PRINTED))
    return [
        line.text for line in found if line.place in {"body", "table"} and line.style not in {"Spacer", "End"}
    ]


@pytest.mark.parametrize("paper", FOR_HIM)
def test_the_word_file_has_exactly_the_lines_of_the_preview(paper: Paper) -> None:
    assert word_lines(paper) == printed_lines(paper, words)


@pytest.mark.parametrize("paper", FOR_HIM)
def test_the_page_shows_every_line_of_the_paper_in_its_order(paper: Paper) -> None:
    shown = for_him.markdown(paper, words, lambda line: line)

    at = 0
    for line in filter(None, printed_lines(paper, words)):
        at = shown.find(line, at)
        assert at >= 0, line


@settings(max_examples=25, deadline=None)
@given(excepted=TYPED.filter(str.strip))
def test_they_are_equal_whatever_he_excepted(excepted: str) -> None:
    answer = Answer("Action plan", "What he needs.", "Given, with exceptions", "5 Jan 2026", excepted)
    paper = for_him.consent("Turning Point Marlen", "Miro A.", [answer], words, "en")

    assert word_lines(paper) == printed_lines(paper, words)


@pytest.mark.parametrize("paper", FOR_HIM)
def test_word_opens_them_cleanly(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(for_him.make(paper, Recipient.HIM, words, PRINTED))

    assert OpenXmlValidator().validate(path).errors == []


def test_what_must_not_be_said_to_him_is_refused_whatever_else_stands_there() -> None:
    told = Part("Risk", ("She is afraid.",), use_rule="risk_only")
    paper = replace(TAKING_PART, parts=(*TAKING_PART.parts, told))

    with pytest.raises(NotAllowed, match=r"error\.document_for_him"):
        for_him.make(paper, Recipient.HIM, words, PRINTED)


@pytest.mark.parametrize("recipient", [one for one in Recipient if one not in {Recipient.HIM, Recipient.OWN}])
def test_they_are_made_for_him_and_for_the_programmes_own_keeping(recipient: Recipient) -> None:
    with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
        for_him.make(ATTENDED, recipient, words, PRINTED)


def test_a_confirmation_says_days_and_that_it_says_nothing_else() -> None:
    text = "\n".join(printed_lines(ATTENDED, words))

    assert "5 Jan 2026\n12 Jan 2026" in text
    assert "no statement about change or about anybody's safety" in text


def test_their_footer_says_that_they_are_personal_and_names_nobody() -> None:
    unnamed = replace(PRINTED, by="")
    found = lines(for_him.make(ATTENDED, Recipient.HIM, words, unnamed))

    footer = next(line.text for line in found if line.place == "footer")
    assert footer.startswith("Personal paper · Printed 26 April 2026")
    assert "Not for clients" not in footer


def test_the_rules_of_the_programme_name_no_case_and_no_meeting() -> None:
    text = " ".join(line for clause in participation.load().clauses for line in clause.text).lower()

    words_of_hers = r"\b(joint|meetings?|cases?|she|her|risk|minutes|partner)\b"
    assert re.findall(words_of_hers, text) == []
