"""What every document carries: title, purpose, classification, who printed it and when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.content import recipients
from core.documents.kinds import DocumentKind

#: `t("document.minutes.title")`: the words of the document's language, not the reader's.
Words = Callable[..., str]

#: The documents that leave the circle of the two services by their nature.
_LEVELS = {
    DocumentKind.ORGANISATION_AGREEMENT: "between_services",
    DocumentKind.PERSON_COPY: "own_data",
    DocumentKind.PICTURE_VSS: "vss_alone",
}


@dataclass(frozen=True)
class Printed:
    """Who made this copy, and when, as it shall be read in the footer."""

    by: str
    at_text: str


def frame(
    kind: DocumentKind,
    words: Words,
    printed: Printed,
    *,
    title: str,
    header: str,
    status: str = "",
    subtitle: str = "",
    purpose: str = "",
    level: str = "",
) -> dict[str, object]:
    """The part of the context that the header, the footer and the opening of each template read."""
    usual = _LEVELS.get(kind, "not_for_clients")
    level = level or ("for_him" if recipients.load().kind(kind).is_for_him else usual)
    return {
        "title": title,
        "subtitle": subtitle,
        "purpose": purpose or words("document.purpose"),
        "header": header,
        "status": status,
        "classification": words(f"document.classification.{level}"),
        "printed": words(
            "document.printed" if printed.by else "document.printed_at", by=printed.by, at=printed.at_text
        ),
        "page": words("document.page"),
        "of": words("document.of"),
    }


def labels(words: Words, section: str, names: Iterable[str]) -> dict[str, str]:
    """The fixed words of a template, from one section of the words file."""
    return {name: words(f"document.{section}.{name}") for name in names}


def facts(words: Words, section: str, **values: str) -> list[dict[str, str]]:
    """Labels with their values, without those that are empty."""
    return [
        {"label": words(f"document.{section}.{name}"), "value": value}
        for name, value in values.items()
        if value.strip()
    ]


def parts(words: Words, section: str, **values: str) -> list[dict[str, str]]:
    """The same for longer texts that stand under their label."""
    return [{"label": fact["label"], "text": fact["value"]} for fact in facts(words, section, **values)]
