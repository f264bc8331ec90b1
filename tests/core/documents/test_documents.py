"""Every kind of document: who may have it, what it prints, and that nothing typed can change its layout."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from core.content import recipients
from core.documents import (
    action_plan,
    breach_report,
    build,
    closing_report,
    emergency_sheet,
    invitation,
    kinds,
    minutes,
    notice_paper,
    person_copy,
    phase_1_record,
    picture,
    risk_record,
    safety_plan,
    talk_record,
    word,
)
from core.documents.kinds import DocumentKind, Recipient
from core.documents.read import lines, paragraphs
from core.documents.text import clean, one_line
from core.errors import NotAllowed
from tests.core.documents import samples
from tests.core.documents.samples import words

TYPED = (
    "PP & VSS",
    "<b>not bold</b>",
    "{{ x }} {% if %} {# y #} {_{ }_} {_% %_}",
    "score <10 and >5",
    "two  spaces and\ta tab",
    "first line\nsecond line",
    "👩‍👧 שלום عربي 漢字",
    "]]> </w:t></w:r></w:p> &amp; &lt;",
    " at the edges ",
    "100 % of 'them' and \"these\"",
)


@pytest.mark.parametrize("typed", TYPED)
def test_what_a_person_typed_comes_out_as_typed(typed: str) -> None:
    item = minutes.MinutesItem(title="Risk", facts=typed)
    document = replace(samples.MINUTES, items=(item,))

    content = minutes.make(document, Recipient.JOINT, words)

    assert ("Item Text", typed) in paragraphs(content)


@settings(max_examples=30, deadline=None)
@given(typed=st.text(st.characters(), min_size=1).filter(str.strip))
def test_whatever_is_typed_changes_words_and_never_the_layout(typed: str) -> None:
    row = action_plan.PlanRow(typed, typed, typed, "", typed, typed)
    plain = [style for style, _ in paragraphs(_plan(action_plan.PlanRow("n", "a", "t", "", "s", "s")))]

    content = _plan(row)

    assert [style for style, _ in paragraphs(content)] == plain
    assert [text for _, text in paragraphs(content)][-6:-1] == [clean(typed)] * 5


def _plan(row: action_plan.PlanRow) -> bytes:
    return action_plan.make(replace(samples.PLAN, rows=(row,)), Recipient.JOINT, words)


def test_broken_and_control_characters_do_not_reach_word() -> None:
    typed = "a\ud800b\x00c\x07d\x1be\u202ef\r\ng\x0bh\uffffi\x7f\x9f"

    assert clean(typed) == "a\ufffdbcdef\ng\nh\ufffdi"
    assert one_line("  a\nb\tc ") == "a b c"


def test_right_to_left_text_keeps_its_own_marks() -> None:
    typed = "שלום \u200f(\u2067עברית\u2069)\u200d"  # noqa: RUF001

    assert clean(typed) == typed


@pytest.mark.parametrize(("kind", "recipient"), list(product(DocumentKind, Recipient)))
def test_the_table_of_recipients_decides(kind: DocumentKind, recipient: Recipient) -> None:
    if recipient in recipients.load().kind(kind).recipients:
        kinds.check(kind, recipient)
    else:
        with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
            kinds.check(kind, recipient)


def test_three_papers_are_for_him_one_for_her_and_no_minutes_for_a_guest_agency() -> None:
    def of(recipient: Recipient) -> list[DocumentKind]:
        return [kind for kind in DocumentKind if kinds.may_receive(kind, recipient)]

    assert of(Recipient.HIM) == [
        DocumentKind.ATTENDANCE_CONFIRMATION,
        DocumentKind.PARTICIPATION_AGREEMENT,
        DocumentKind.HIS_CONSENT,
    ]
    assert of(Recipient.HER) == [DocumentKind.SAFETY_PLAN]
    assert of(Recipient.PERSON) == [DocumentKind.PERSON_COPY]
    assert recipients.load().kind("person_copy").recipients == (Recipient.PERSON,)
    assert not kinds.may_receive(DocumentKind.MINUTES, Recipient.AGENCY)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: minutes.make(samples.MINUTES, Recipient.AGENCY, words),
        lambda: invitation.make(samples.INVITATION, Recipient.MANAGEMENT, words),
        lambda: action_plan.make(samples.PLAN, Recipient.AGENCY, words),
        lambda: emergency_sheet.make(samples.EMERGENCY, Recipient.MANAGEMENT, words),
        lambda: phase_1_record.make(samples.PHASE_1, Recipient.AGENCY, words),
        lambda: talk_record.make(samples.TALK, Recipient.AGENCY, words),
        lambda: risk_record.make(samples.RISK, Recipient.AGENCY, words),
        lambda: picture.make(samples.PICTURE, Recipient.HER, words),
        lambda: picture.make(samples.PICTURE, Recipient.PP, words, kind=DocumentKind.PICTURE_VSS),
        lambda: breach_report.make(samples.BREACH, Recipient.AGENCY, words),
        lambda: closing_report.make(samples.CLOSING, Recipient.AGENCY, words),
        lambda: safety_plan.make(samples.SAFETY, Recipient.PP, words),
        lambda: notice_paper.make(samples.NOTICE, Recipient.AGENCY, words),
        lambda: notice_paper.make(samples.EXIT, Recipient.VSS, words),
        lambda: person_copy.make(samples.COPY, Recipient.PP, words),
    ],
)
def test_every_builder_asks_the_table(refused: Callable[[], bytes]) -> None:
    with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
        refused()


def test_an_extract_with_a_row_of_the_other_service_is_refused() -> None:
    extract = replace(samples.EXTRACT, rows=samples.PLAN_ROWS)

    with pytest.raises(NotAllowed, match=r"error\.document_extract"):
        action_plan.make(extract, Recipient.VSS, words)


def test_her_safe_channel_is_printed_on_no_sheet_but_the_one_of_her_service() -> None:
    own = emergency_sheet.make(samples.EMERGENCY, Recipient.VSS, words)
    joint = emergency_sheet.make(replace(samples.EMERGENCY, safe_contact=None), Recipient.JOINT, words)

    assert "A friend's telephone" in _text(own)
    assert "Safe channel" not in _text(joint)
    with pytest.raises(NotAllowed, match=r"error\.document_safe_contact"):
        emergency_sheet.make(samples.EMERGENCY, Recipient.JOINT, words)


def test_her_plan_says_nothing_of_a_case_a_service_a_worker_or_how_she_is_reached() -> None:
    own = safety_plan.make(samples.SAFETY, Recipient.VSS, words)
    hers = safety_plan.make(samples.SAFETY, Recipient.HER, words)

    inside = (
        *("Her colleague at work", "K-2026-07", "Elena D.", "He named the street.", "Working structure"),
        *("Nina B.", "Whether they share accounts", words("document.purpose"), "Not for clients"),
    )
    assert [part for part in inside if part not in "\n".join(_text(own))] == []
    assert [part for part in inside if part in "\n".join(_text(hers))] == []
    assert Document(BytesIO(hers)).core_properties.author == ""
    assert Document(BytesIO(hers)).core_properties.title == words("document.safety_plan.title_hers")
    for part in ("He drives to her mother", "She has moved", "In the safe", "Police: takes it"):
        assert part in _text(hers), part


def test_every_document_prints_its_purpose_its_classification_and_who_printed_it() -> None:
    made = samples.each()
    own = lines(made.pop(DocumentKind.PERSON_COPY))
    assert words("document.person_copy.purpose") in [line.text for line in own if line.style == "Purpose"]
    told = next(line.text for line in own if line.place == "footer")
    assert told.startswith("For the person whose data these are · Printed 6 January 2026\tPage")
    his = {kind for kind in DocumentKind if kinds.may_receive(kind, Recipient.HIM)}
    for kind, content in made.items():
        if kind in his:
            continue
        found = lines(content)
        footer = next(line.text for line in found if line.place == "footer")

        assert words("document.purpose") in [line.text for line in found if line.style == "Purpose"]
        level = "vss_alone" if kind is DocumentKind.PICTURE_VSS else "not_for_clients"
        classification = words(f"document.classification.{level}")
        assert footer.startswith(f"{classification} · Printed by Elena D., 26 April 2026, 10:05\tPage")


def test_no_property_of_a_file_names_a_case_or_a_tool() -> None:
    for kind, content in samples.each().items():
        properties = Document(BytesIO(content)).core_properties

        assert properties.author == "Concord"
        assert properties.title == words(f"document.{kind.value}.title")
        assert properties.language == "en"
        assert "MAR-07" not in f"{properties.title}{properties.subject}{properties.comments}"


def test_minutes_number_their_sections_and_items_as_word_does() -> None:
    found = lines(minutes.make(samples.MINUTES, Recipient.JOINT, words))

    numbered = [f"{line.number} {line.text}" for line in found if line.style.startswith("Heading")]

    assert numbered[:6] == [
        "1 Who was there",
        "2 Actions of the last meeting",
        "3 What was discussed",
        "3.1 What the victim support service brings",
        "3.2 Risk",
        "3.3 Closing",
    ]
    assert next(line.text for line in found if line.number == "•") == "Item 2: two sessions, not three."


def test_a_meeting_without_both_services_says_that_it_is_a_consultation_note() -> None:
    note = replace(samples.MINUTES, is_consultation_note=True)

    content = minutes.make(note, Recipient.JOINT, words)

    assert "Consultation note" in _text(content)
    assert words("document.consultation_note.notice") in _text(content)
    assert words("document.consultation_note.notice") not in _text(
        minutes.make(samples.MINUTES, Recipient.JOINT, words)
    )


def test_empty_lists_are_said_in_words() -> None:
    empty = minutes.MinutesDocument(
        case_code="MAR-08",
        meeting_kind="Emergency meeting",
        held_at_text="today",
        place="",
        chair="",
        minute_taker="",
        version_text="Version 1",
        status="Draft",
        printed=samples.PRINTED,
    )
    quiet = invitation.InvitationDocument("MAR-08", "Closing meeting", "today", "here", "30", samples.PRINTED)
    bare = emergency_sheet.EmergencySheet("MAR-08", "He left", "High", "No", samples.PRINTED)
    before = talk_record.TalkRecord("both", "not yet", "", "", "Open", samples.PRINTED)
    start = phase_1_record.Phase1Record("both", "today", "", "", "", "Draft", samples.PRINTED)

    texts = _text(
        minutes.make(empty, Recipient.PP, words),
        invitation.make(quiet, Recipient.PP, words),
        emergency_sheet.make(bare, Recipient.VSS, words),
        phase_1_record.make(start, Recipient.PP, words),
        talk_record.make(before, Recipient.MANAGEMENT, words),
        action_plan.make(replace(samples.PLAN, rows=()), Recipient.PP, words),
    )

    assert words("document.minutes.next_meeting_empty") in texts
    assert words("document.minutes.approvals_empty") in texts
    assert words("document.invitation.bring_empty") in texts
    assert words("document.emergency_sheet.on_duty_empty") in texts
    assert words("document.phase_1_record.glossary_empty") in texts
    assert words("document.talk_record.challenges_empty") in texts
    assert words("document.talk_record.commitments_empty") in texts
    assert words("document.action_plan.actions_empty") in texts
    assert words("document.invitation.remote") not in texts


def _text(*contents: bytes) -> list[str]:
    return [line.text for content in contents for line in lines(content)]


def test_the_kept_templates_are_the_built_ones() -> None:
    assert build.differing() == []
    assert build.main(["--check"]) == 0


def test_templates_are_written_to_their_places(tmp_path: Path) -> None:
    build.write(tmp_path)

    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.docx")}
    assert written == {path.relative_to(build.ROOT): path.read_bytes() for path in build.built()}


def test_a_document_can_carry_the_moment_it_was_made() -> None:
    made_at = datetime(2026, 4, 26, 10, 5, tzinfo=timezone(timedelta(hours=2)))
    template = word.template_path("invitation", "en")
    context = {"doc": dict.fromkeys(_DOC, "x"), "w": dict.fromkeys(invitation._LABELS, "x"), "facts": []}
    lists: dict[str, object] = {"agenda": [], "bring": [], "remote": []}

    content = word.render(template, {**context, **lists}, title="T\nU", language="en", made_at=made_at)

    properties = Document(BytesIO(content)).core_properties
    assert properties.created == datetime(2026, 4, 26, 8, 5, tzinfo=UTC)
    assert properties.title == "T U"


_DOC = ("title", "subtitle", "purpose", "header", "status", "classification", "printed", "page", "of")


def test_a_template_gets_plain_values_only(tmp_path: Path) -> None:
    for value in (object(), {"items": "x"}, {1: "x"}):
        with pytest.raises(TypeError):
            word.plain(value)

    assert word.plain([1, True, None, 2.5]) == [1, True, None, 2.5]


def test_a_document_in_a_language_without_templates_of_its_own_takes_the_english_one() -> None:
    assert word.template_path("minutes", "it") == word.template_path("minutes", "en")


def test_every_document_passes_the_audit_and_opens_in_libreoffice(tmp_path: Path) -> None:
    files = []
    for kind, content in samples.each().items():
        files.append(tmp_path / f"{kind.value}.docx")
        files[-1].write_bytes(content)

    results = {file.name: OpenXmlValidator().validate(file).errors for file in files}
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, *map(str, files)], check=True, capture_output=True, timeout=120)

    assert results == {file.name: [] for file in files}
    assert all(file.with_suffix(".pdf").stat().st_size > 5_000 for file in files)
