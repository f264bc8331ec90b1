"""The body of the record of a joint risk assessment."""

from core.documents.page import Page


def risk_record(page: Page) -> None:
    page.opening()
    page.fields()
    page.line("{{ w.levels }}", "Heading 1")
    page.rows(
        "levels",
        [
            (2.6, "{{ w.level }}", "{{ row.grade }}"),
            (8.6, "{{ w.reason }}", "{{ row.reason }}"),
            (5.4, "{{ w.chosen_by }}", "{{ row.by }}"),
        ],
        "{{ w.levels_empty }}",
    )
    page.tag("for person in persons")
    page.line("{{ person.title }}", "Heading 1")
    page.line("{{ person.banner }}")
    page.rows(
        "person.lines",
        [
            (5.0, "{{ w.item }}", "{{ row.item }}"),
            (3.3, "{{ w.pp }}", "{{ row.pp }}"),
            (3.3, "{{ w.vss }}", "{{ row.vss }}"),
            (3.0, "{{ w.settled }}", "{{ row.settled }}"),
            (2.6, "{{ w.actions }}", "{{ row.actions }}"),
        ],
        "{{ w.lines_empty }}",
    )
    page.tag("endfor")
    page.line("{{ w.gaps }}", "Heading 1")
    page.rows(
        "gaps",
        [(3.0, "{{ w.about }}", "{{ row.about }}"), (13.6, "{{ w.item }}", "{{ row.item }}")],
        "{{ w.gaps_empty }}",
    )
    page.line("{{ w.results }}", "Heading 1")
    page.rows(
        "results",
        [
            (4.4, "{{ w.instrument }}", "{{ row.instrument }}"),
            (2.8, "{{ w.done_on }}", "{{ row.done_on }}"),
            (3.6, "{{ w.done_by }}", "{{ row.done_by }}"),
            (5.8, "{{ w.result }}", "{{ row.result }}"),
        ],
        "{{ w.results_empty }}",
    )
