"""Now and today, in one place, so that tests can set them."""

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one place


def today() -> date:
    return now().date()
