"""The body of the IT safety plan: what to do comes first, what is known after it."""

from core.documents.page import Page


def safety_plan(page: Page) -> None:
    page.opening()
    page.tag("if facts")
    page.fields()
    page.tag("endif")
    page.tag("if reached")
    page.line("{{ w.reach }}", "Heading 1")
    page.fields("reached")
    page.tag("endif")
    page.tag("if measures")
    page.line("{{ w.measures }}", "Heading 1")
    page.tag("for part in measures")
    page.line("{{ part.label }}", "Label")
    page.line("{{ part.text }}", "Item Text")
    page.tag("endfor")
    page.tag("endif")
    page.line("{{ w.actions }}", "Heading 1")
    page.tag("for area in areas")
    page.line("{{ area.title }}", "Heading 2")
    page.rows(
        "area.actions",
        [
            (5.6, "{{ w.action }}", "{{ row.text }}"),
            (2.6, "{{ w.who }}", "{{ row.who }}"),
            (2.3, "{{ w.until }}", "{{ row.until }}"),
            (4.0, "{{ w.first }}", "{{ row.first }}"),
            (2.1, "{{ w.state }}", "{{ row.state }}"),
        ],
        "{{ w.actions_empty }}",
    )
    page.tag("endfor")
    page.tag("if warnings")
    page.line("{{ w.before }}", "Heading 1")
    _bullets(page, "warnings")
    page.tag("endif")
    page.line("{{ w.map }}", "Heading 1")
    page.line("{{ w.map_help }}")
    page.rows(
        "media",
        [
            (4.2, "{{ w.medium }}", "{{ row.medium }}"),
            (4.1, "{{ w.connection }}", "{{ row.connection }}"),
            (4.1, "{{ w.information }}", "{{ row.information }}"),
            (4.2, "{{ w.access }}", "{{ row.access }}"),
        ],
        "{{ w.map_empty }}",
    )
    page.line("{{ w.found }}", "Heading 1")
    page.rows(
        "forms",
        [
            (7.0, "{{ w.form }}", "{{ row.form }}"),
            (2.6, "{{ w.when }}", "{{ row.when }}"),
            (7.0, "{{ w.note }}", "{{ row.note }}"),
        ],
        "{{ w.found_empty }}",
    )
    page.line("{{ w.evidence }}", "Heading 1")
    page.line("{{ w.evidence_help }}")
    page.rows(
        "evidence",
        [
            (5.4, "{{ w.what }}", "{{ row.what }}"),
            (2.4, "{{ w.happened_on }}", "{{ row.happened_on }}"),
            (4.6, "{{ w.kept }}", "{{ row.kept }}"),
            (4.2, "{{ w.reported }}", "{{ row.reported }}"),
        ],
        "{{ w.evidence_empty }}",
    )
    page.line("{{ w.route }}: {{ route.title }}", "Heading 1")
    page.line("{{ route.note }}")
    _bullets(page, "route.stations")
    page.tag("if route.source")
    page.line("{{ route.source }}", "Note")
    page.tag("endif")
    page.tag("if steps")
    page.line("{{ w.steps }}", "Heading 1")
    page.rows(
        "steps",
        [(6.6, "{{ w.step }}", "{{ row.step }}"), (10.0, "{{ w.answer }}", "{{ row.answer }}")],
        "{{ w.answer }}",
    )
    page.tag("endif")
    page.tag("if shared")
    page.line("{{ w.shared }}", "Heading 1")
    page.line("{{ shared }}", "Item Text")
    page.tag("endif")
    page.line("{{ w.cares }}", "Heading 1")
    _bullets(page, "cares")


def _bullets(page: Page, name: str) -> None:
    page.tag(f"for text in {name}")
    page.line("{{ text }}", "List Bullet")
    page.tag("endfor")
