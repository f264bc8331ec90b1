"""The body of a notice and of the facts due: who, what, and what became of it."""

from core.documents.page import Page


def notice(page: Page) -> None:
    page.opening()
    page.fields()
    page.tag("for part in parts")
    page.line("{{ part.heading }}", "Section")
    page.tag("for text in part.lines")
    page.line("{{ text }}", "Item Text")
    page.tag("endfor")
    page.tag("endfor")
    page.line("{{ closing }}")
