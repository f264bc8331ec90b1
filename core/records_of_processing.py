"""What a record of processing needs (General Data Protection Regulation, Article 30), from the code's own tags.

`python -m core.records_of_processing` prints docs/records.md; a test holds the two equal.
"""

import sys
from collections.abc import Iterable

from core.content import access_rules, retention
from core.content.retention import HeldBy, Part
from core.data_classes import CLASSES, KEY, KINDS
from core.locale import Words


def as_markdown(words: Words | None = None) -> str:
    """The whole page."""
    t = words or Words()
    parts = (_processing(t), _retention(t), _classes(t))
    return "\n".join(
        [f"# {t('records.title')}", "", t("records.head"), *(line for part in parts for line in part), ""]
    )


def _processing(t: Words) -> Iterable[str]:
    yield f"\n## {t('records.processing')}\n"
    yield from _heads(t, "records", "held_by", "purpose", "classes", "recipients")
    for part in retention.load().parts:
        classes = ", ".join(_classes_of(part)) or "-"
        yield _row(part.title, t(f"records.held.{part.held_by}"), part.purpose, classes, part.recipients)
    yield f"\n{t('records.nobody_else', kinds=len(access_rules.load().kinds))}"


def _retention(t: Words) -> Iterable[str]:
    content = retention.load()
    yield f"\n## {t('records.how_long')}\n"
    yield from _heads(t, "records", "counted_from", "months", "decided_by", "what")
    for part in content.parts:
        who = _decides(part)
        months = str(part.months or "-")
        yield _row(
            part.title, t(f"records.starts.{part.starts}"), months, t(f"records.decides.{who}"), part.help
        )
    yield f"\n{content.source}."


def _decides(part: Part) -> str:
    if part.ask:
        return "agreement_or_machine" if part.held_by is HeldBy.SERVICES else "agreement"
    if not part.is_timed:
        return "nobody"
    return "machine" if part.held_by is HeldBy.SERVICES else "service"


def _classes(t: Words) -> Iterable[str]:
    yield f"\n## {t('records.texts')}\n"
    yield from _heads(t, "class", "what")
    for klass in KINDS:
        yield _row(klass, t(f"records.klass.{klass}"))
    yield f"\n{t('records.beside')}\n"
    yield from _heads(t, "table", "records", "classes")
    for table in sorted(CLASSES):
        part = retention.load().of_table(table)
        texts = ", ".join(f"{column} {klass}" for column, klass in sorted(CLASSES[table].items()))
        yield _row(table, part.title if part else "-", texts)


def _heads(t: Words, *names: str) -> Iterable[str]:
    yield _row(*(t(f"records.column.{name}") for name in names))
    yield "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _classes_of(part: Part) -> list[str]:
    found = {klass for table in part.tables for klass in CLASSES.get(table, {}).values()}
    return sorted(found - {KEY}, reverse=True)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
