"""The words of the interface, of errors and of documents, in one language at a time, held by who needs them."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from core.errors import ContentError

FOLDER = Path(__file__).parent
SOURCE = "en"


def _flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{key}.")
        else:
            flat[key] = str(value)
    return flat


@cache
def load(language: str) -> Mapping[str, str]:
    """The words of a language, by key.

    Raises ContentError with file and line where the file is not TOML.
    """
    path = FOLDER / f"{language}.toml"
    try:
        return _flatten(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path, str(error)) from None


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a words file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def said(language: str) -> Mapping[str, str]:
    """The words of a language, and those of the source language where it lacks one."""
    return {**load(SOURCE), **load(language)}


@cache
def _plural(locale: str) -> Callable[[float], str]:
    return Locale.parse(locale).plural_form


@lru_cache(maxsize=2048)
def _day(day: date, pattern: str, locale: str) -> str:
    """A list says the same few days again and again."""
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=512)
def _number(number: float, locale: str) -> str:
    return format_decimal(number, locale=locale)


class Words:
    """Says a key in one language; what that language lacks is said in the source language."""

    def __init__(self, language: str = SOURCE, zone: str = "UTC") -> None:
        self.language = language
        self.zone = ZoneInfo(zone)
        self._words = said(language)
        self._locale = self._words["dates.locale"]

    def __call__(self, key: str, **values: object) -> str:
        text = self._words.get(key)
        if text is None:
            return key
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self._words

    def count(self, key: str, number: int, **values: object) -> str:
        """The form of a sentence for a number, as the language counts: `key.one`, `key.few`, …, else `key.other`."""
        form = f"{key}.{_plural(self._locale)(number)}"
        return self(form if self.has(form) else f"{key}.other", number=self.number(number), **values)

    @property
    def day_field(self) -> str:
        """How a day is typed into a field."""
        return self("dates.field")

    def day(self, day: date | None) -> str:
        """A day as people write it: 4 Feb 2027."""
        return _day(day, self("dates.day"), self._locale) if day else ""

    def short_day(self, day: date) -> str:
        """A day without its year, where the year stands nearby: 4 Feb."""
        return _day(day, self("dates.short_day"), self._locale)

    def month(self, day: date) -> str:
        """The short name of a day's month."""
        return _day(day, self("dates.month"), self._locale)

    def weekday(self, day: date) -> str:
        return _day(day, self("dates.weekday"), self._locale)

    def short_weekday(self, at: datetime) -> str:
        """The day of the week in the place's own time: Thu."""
        return format_date(at.astimezone(self.zone), "EEE", locale=self._locale)

    def moment(self, at: datetime | None) -> str:
        """A moment in the place's own time."""
        if at is None:
            return ""
        return format_datetime(at, self("dates.moment"), tzinfo=self.zone, locale=self._locale)

    def time(self, at: datetime) -> str:
        return format_time(at, "HH:mm", tzinfo=self.zone, locale=self._locale)

    def minutes(self, length: timedelta) -> str:
        return self("common.minutes", number=int(length.total_seconds() // 60))

    def number(self, number: float) -> str:
        return _number(number, self._locale)
