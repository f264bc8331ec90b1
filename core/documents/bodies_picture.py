"""The body of the picture of a case: the lanes at a glance, where accounts differ, and what happened month by month."""

from core.documents.page import Page
from core.documents.picture import COLUMNS


def picture(page: Page) -> None:
    page.be_wide()
    page.opening()
    page.fields()
    page.line("{{ w.glance }}", "Heading 1")
    page.grid("{{ w.account }}", "heads", "lanes", first=3.9, count=COLUMNS)
    page.line("{{ signs }}", "Table Label")
    page.line("{{ w.differ }}", "Heading 1")
    page.tag("for row in differences")
    page.line("{{ row.number }}. {{ row.text }}", "Normal")
    page.tag("endfor")
    page.tag("if not differences")
    page.line("{{ w.differ_empty }}")
    page.tag("endif")
    page.line("{{ w.months }}", "Heading 1")
    page.rows(
        "months",
        [
            (2.0, "{{ w.month }}", "{{ row.month }}"),
            (5.7, "{{ w.him }}", "{{ row.him }}"),
            (6.6, "{{ w.her }}", "{{ row.her }}"),
            (5.7, "{{ w.others }}", "{{ row.others }}"),
            (6.0, "{{ w.both }}", "{{ row.both }}"),
        ],
        "{{ w.months_empty }}",
    )
