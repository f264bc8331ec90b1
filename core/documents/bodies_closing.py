"""The body of the closing report of a case."""

from core.documents.page import Page


def closing_report(page: Page) -> None:
    page.opening()
    page.line("{{ w.says_nothing }}", "Note")
    page.fields()
    page.tag("for part in written")
    page.line("{{ part.title }}", "Heading 1")
    page.line("{{ w.pp }}", "Label")
    page.line("{{ part.pp or w.written_empty }}", "Item Text")
    page.line("{{ w.vss }}", "Label")
    page.line("{{ part.vss or w.written_empty }}", "Item Text")
    page.tag("endfor")
    page.line("{{ w.actions }}", "Heading 1")
    page.rows(
        "actions",
        [
            (3.8, "{{ w.need }}", "{{ row.need }}"),
            (5.2, "{{ w.action }}", "{{ row.action }}"),
            (3.4, "{{ w.responsible }}", "{{ row.responsible }}"),
            (4.2, "{{ w.outcome }}", "{{ row.outcome }}"),
        ],
        "{{ w.actions_empty }}",
    )
    page.line("{{ w.times }}", "Heading 1")
    page.rows(
        "times",
        [
            (5.6, "{{ w.time }}", "{{ row.time }}"),
            (3.6, "{{ w.due_on }}", "{{ row.due_on }}"),
            (3.7, "{{ w.pp }}", "{{ row.pp }}"),
            (3.7, "{{ w.vss }}", "{{ row.vss }}"),
        ],
        "{{ w.times_empty }}",
    )
    page.line("{{ w.meetings }}", "Heading 1")
    page.rows(
        "meetings",
        [(5.0, "{{ w.held_on }}", "{{ row.held_on }}"), (11.6, "{{ w.kind }}", "{{ row.kind }}")],
        "{{ w.meetings_empty }}",
    )
