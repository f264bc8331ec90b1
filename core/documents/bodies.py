"""What stands in each template, in its order."""

from core.documents.page import Page


def minutes(page: Page) -> None:
    page.opening()
    page.tag("if notice")
    page.line("{{ notice }}", "Note")
    page.tag("endif")
    page.fields()
    page.line("{{ w.attendance }}", "Heading 1")
    page.rows(
        "attendance",
        [
            (4.0, "{{ w.name }}", "{{ row.name }}"),
            (3.8, "{{ w.service }}", "{{ row.service }}"),
            (3.2, "{{ w.role }}", "{{ row.role }}"),
            (2.5, "{{ w.mode }}", "{{ row.mode }}"),
            (3.1, "{{ w.declaration }}", "{{ row.declaration }}"),
        ],
        "{{ w.attendance_empty }}",
    )
    page.line("{{ w.reminder }}")
    page.line("{{ w.last_actions }}", "Heading 1")
    page.rows(
        "last_actions",
        [*_PLAN, (2.9, "{{ w.outcome }}", _STATE)],
        "{{ w.last_actions_empty }}",
    )
    page.line("{{ w.discussed }}", "Heading 1")
    page.tag("for item in items")
    page.line("{{ item.title }}", "Heading 2")
    page.tag("for part in item.parts")
    page.line("{{ part.label }}", "Label")
    page.line("{{ part.text }}", "Item Text")
    page.tag("endfor")
    page.tag("if not item.parts")
    page.line("{{ w.item_empty }}", "Item Text")
    page.tag("endif")
    page.tag("endfor")
    page.tag("if not items")
    page.line("{{ w.items_empty }}")
    page.tag("endif")
    page.tag("if silent")
    page.line("{{ silent }}")
    page.tag("endif")
    page.tag("if not_reached")
    page.line("{{ not_reached }}")
    page.tag("endif")
    page.line("{{ w.new_actions }}", "Heading 1")
    page.rows("new_actions", [*_PLAN, (2.9, "{{ w.state }}", _STATE)], "{{ w.new_actions_empty }}")
    page.line("{{ w.next_meeting }}", "Heading 1")
    page.line("{{ next_meeting }}")
    _texts(page, "corrections", "Heading 1")
    _texts(page, "addenda", "Heading 1")
    page.line("{{ w.approvals }}", "Heading 1")
    _bullets(page, "approvals")


def breach_report(page: Page) -> None:
    page.be_wide()
    page.opening()
    page.fields()
    page.line("{{ w.reached }}", "Heading 1")
    page.rows(
        "rows",
        [
            (3.6, "{{ w.person }}", "{{ row.person }}"),
            (3.6, "{{ w.service }}", "{{ row.service }}"),
            (7.0, "{{ w.what }}", "{{ row.what }}"),
            (2.0, "{{ w.times }}", "{{ row.times }}"),
            (4.2, "{{ w.days }}", "{{ row.days }}"),
            (3.0, "{{ w.classes }}", "{{ row.classes }}"),
        ],
        "{{ w.empty }}",
    )
    page.line("{{ w.limits }}", "Section")
    page.line("{{ w.limits_text }}")


def invitation(page: Page) -> None:
    page.opening()
    page.fields()
    page.line("{{ w.agenda }}", "Section")
    page.rows(
        "agenda",
        [
            (1.2, "{{ w.number }}", "{{ loop.index }}"),
            (13.0, "{{ w.item }}", "{{ row.title }}"),
            (2.4, "{{ w.length }}", "{{ row.length }}"),
        ],
        "{{ w.agenda_empty }}",
    )
    page.line("{{ w.bring }}", "Section")
    _bullets(page, "bring")
    page.tag("if remote")
    page.line("{{ w.remote }}", "Section")
    _bullets(page, "remote")
    page.tag("endif")
    page.line("{{ w.reminder }}", "Section")
    page.line("{{ w.reminder_text }}")


def action_plan(page: Page) -> None:
    page.opening()
    page.fields()
    page.rows(
        "actions",
        [
            (3.6, "{{ w.need }}", "{{ row.need }}"),
            (4.7, "{{ w.action }}", "{{ row.action }}"),
            (2.5, "{{ w.term }}", "{{ row.term }}"),
            (2.9, "{{ w.responsible }}", "{{ row.responsible }}"),
            (2.9, "{{ w.state }}", "{{ row.state }}"),
        ],
        "{{ w.actions_empty }}",
    )


def emergency_sheet(page: Page) -> None:
    page.opening()
    page.fields("snapshot")
    page.line("{{ w.on_duty }}", "Section")
    page.rows(
        "on_duty",
        [
            (4.6, "{{ w.service }}", "{{ row.service }}"),
            (6.0, "{{ w.name }}", "{{ row.name }}"),
            (6.0, "{{ w.telephone }}", "{{ row.telephone }}"),
        ],
        "{{ w.on_duty_empty }}",
    )
    page.tag("if vss_only")
    page.line("{{ w.vss_only }}", "Section")
    page.fields("vss_only")
    page.tag("endif")
    page.line("{{ w.risk_note }}", "Section")
    page.line("{{ risk_note }}")
    page.line("{{ w.actions }}", "Section")
    page.rows("actions", _PLAN, "{{ w.actions_empty }}")
    page.line("{{ w.checks }}", "Section")
    _bullets(page, "checks")


def phase_1_record(page: Page) -> None:
    page.opening()
    page.fields()
    page.line("{{ w.attendance }}", "Heading 1")
    page.rows(
        "attendance",
        [
            (5.8, "{{ w.name }}", "{{ row.name }}"),
            (5.4, "{{ w.service }}", "{{ row.service }}"),
            (5.4, "{{ w.role }}", "{{ row.role }}"),
        ],
        "{{ w.attendance_empty }}",
    )
    page.line("{{ w.points }}", "Heading 1")
    page.tag("for item in points")
    page.line("{{ item.title }}", "Heading 2")
    page.tag("for part in item.parts")
    page.line("{{ part.label }}", "Label")
    page.line("{{ part.text }}", "Item Text")
    page.tag("endfor")
    page.tag("endfor")
    page.line("{{ w.glossary }}", "Heading 1")
    page.rows(
        "glossary",
        [(4.6, "{{ w.term }}", "{{ row.term }}"), (12.0, "{{ w.meaning }}", "{{ row.meaning }}")],
        "{{ w.glossary_empty }}",
    )
    page.line("{{ w.training }}", "Heading 1")
    page.rows(
        "training",
        [
            (7.6, "{{ w.topic }}", "{{ row.topic }}"),
            (4.5, "{{ w.pp }}", "{{ row.pp }}"),
            (4.5, "{{ w.vss }}", "{{ row.vss }}"),
        ],
        "{{ w.training_empty }}",
    )
    page.line("{{ w.results }}", "Heading 1")
    page.rows(
        "results",
        [(4.6, "{{ w.chapter }}", "{{ row.chapter }}"), (12.0, "{{ w.draft_text }}", "{{ row.text }}")],
        "{{ w.results_empty }}",
    )
    page.line("{{ w.open_questions }}", "Heading 1")
    _bullets(page, "open_questions")
    page.line("{{ w.next_meeting }}", "Heading 1")
    page.line("{{ next_meeting }}")


def person_copy(page: Page) -> None:
    page.opening()
    page.line("{{ intro }}")
    page.line("{{ w.data }}", "Heading 1")
    page.fields()
    page.tag("for part in sections")
    page.line("{{ part.title }}", "Heading 1")
    page.tag("for entry in part.entries")
    page.line("{{ entry.heading }}", "Label")
    page.line("{{ entry.text }}", "Item Text")
    page.tag("endfor")
    page.tag("endfor")
    page.line("{{ w.rights }}", "Heading 1")
    page.line("{{ w.rights_text }}")


def paper_for_him(page: Page) -> None:
    page.opening()
    page.fields()
    page.tag("for part in parts")
    page.line("{{ part.heading }}", "Section")
    page.tag("for text in part.lines")
    page.line("{{ text }}", "Item Text")
    page.tag("endfor")
    page.tag("endfor")
    page.tag("for text in closing")
    page.line("{{ text }}")
    page.tag("endfor")
    page.line("{{ w.signatures }}", "Section")
    page.signatures("signatures")


def talk_record(page: Page) -> None:
    page.be_dense()
    page.opening()
    page.fields()
    page.line("{{ w.challenges }}", "Section")
    page.rows(
        "challenges",
        [
            (3.4, "{{ w.challenge }}", "{{ row.title }}"),
            (5.5, "{{ w.pp }}", "{{ row.pp }}"),
            (5.5, "{{ w.vss }}", "{{ row.vss }}"),
            (2.2, "{{ w.apart }}", "{{ row.apart }}"),
        ],
        "{{ w.challenges_empty }}",
    )
    page.line("{{ w.commitments }}", "Section")
    page.rows(
        "commitments",
        [
            (3.4, "{{ w.solution }}", "{{ row.solution }}"),
            (8.2, "{{ w.commitment }}", "{{ row.text }}"),
            (2.6, "{{ w.side }}", "{{ row.side }}"),
            (2.4, "{{ w.due }}", "{{ row.due }}"),
        ],
        "{{ w.commitments_empty }}",
    )
    page.line("{{ w.aspects }}", "Section")
    page.rows(
        "aspects",
        [(4.4, "{{ w.aspect }}", "{{ row.title }}"), (12.2, "{{ w.meaning }}", "{{ row.text }}")],
        "{{ w.aspects_empty }}",
    )


def agreement(page: Page) -> None:
    """One loop over the blocks: what is printed, and in which order, is decided by the layout alone."""
    page.tag("for block in blocks")
    for index, (kind, style) in enumerate(_AGREEMENT_STYLES.items()):
        is_lead = kind in {"paragraph", "single", "text"}
        if is_lead:
            page.tag(f"elif block.kind == '{kind}' and block.keeps")
            page.line("{{ block.text }}", style, keeps=True)
        page.tag(f"{'elif' if index else 'if'} block.kind == '{kind}'")
        page.line("{{ block.text }}", style)
    page.tag("elif block.kind == 'facts'")
    page.fields("block.rows", 5.2)
    page.tag("elif block.kind == 'signatures'")
    page.signatures("block.rows")
    page.tag("endif")
    page.tag("endfor")


_AGREEMENT_STYLES = {
    "title": "Title",
    "subtitle": "Subtitle",
    "purpose": "Purpose",
    "chapter": "Heading 1",
    "clause": "Heading 2",
    "paragraph": "Clause Paragraph",
    "single": "Item Text",
    "bullet": "List Bullet",
    "section": "Section",
    "text": "Normal",
    "note": "Note",
    "party": "Party",
    "lead": "Signature Text",
}

_STATE = "{{ row.state }}"
_PLAN = [
    (3.7, "{{ w.need }}", "{{ row.need }}"),
    (4.7, "{{ w.action }}", "{{ row.action }}"),
    (2.5, "{{ w.term }}", "{{ row.term }}"),
    (2.8, "{{ w.responsible }}", "{{ row.responsible }}"),
]


def _bullets(page: Page, name: str) -> None:
    page.tag(f"for text in {name}")
    page.line("{{ text }}", "List Bullet")
    page.tag("endfor")
    page.tag(f"if not {name}")
    page.line(f"{{{{ w.{name}_empty }}}}")
    page.tag("endif")


def _texts(page: Page, name: str, style: str) -> None:
    page.tag(f"if {name}")
    page.line(f"{{{{ w.{name} }}}}", style)
    page.tag(f"for text in {name}")
    page.line("{{ text }}", "List Bullet")
    page.tag("endfor")
    page.tag("endif")
