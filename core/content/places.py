"""Finds the line of a TOML file on which a table or a key stands."""

import re
from typing import Final, TypeAlias

#: The way to a value: names of tables and keys, and numbers of the tables in an array.
Place: TypeAlias = tuple[str | int, ...]

_ARRAY: Final = re.compile(r"^\s*\[\[\s*([^\]]+?)\s*\]\]")
_TABLE: Final = re.compile(r"^\s*\[\s*([^\]]+?)\s*\]")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")


def place_lines(text: str) -> dict[Place, int]:
    """The line of each table and each key; text in triple quotes is passed over."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    is_inside = False
    for number, line in enumerate(text.split("\n"), 1):
        was_inside, is_inside = is_inside, is_inside ^ bool(len(re.findall(r'"""|\'\'\'', line)) % 2)
        if was_inside:
            continue
        if found := _ARRAY.match(line):
            *parents, last = _names(found[1])
            array = (*_resolved(parents, counts), last)
            counts[array] = counts.get(array, -1) + 1
            table = (*array, counts[array])
            lines.setdefault(array, number)
        elif found := _TABLE.match(line):
            table = _resolved(_names(found[1]), counts)
        elif found := _KEY.match(line):
            lines.setdefault((*table, *_names(found[1])), number)
            continue
        lines.setdefault(table, number)
    return lines


def nearest_line(text: str, place: Place) -> int | None:
    """The line of a place, or of the closest thing around it that the file does name."""
    lines = place_lines(text)
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), None)


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]


def _resolved(names: list[str], counts: dict[Place, int]) -> Place:
    """The place that a header names: inside an array it is the last table so far."""
    place: Place = ()
    for name in names:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place])
    return place
