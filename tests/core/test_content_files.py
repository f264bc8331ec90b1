"""A mistake in a content file is reported in plain words, with its file and its line."""

from pathlib import Path

import pytest
from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words, WordsList
from core.errors import ContentError


class Room(Part):
    seats: int = Field(default=2, ge=1)
    title: Words


class House(Part):
    rooms: tuple[Room, ...] = Field(default=(), alias="room")
    title: Words
    rules: WordsList = ()


class Street(Content):
    version: int
    houses: tuple[House, ...] = Field(alias="house")
    name: Words


STRUCTURE = """\
version = 1

[[house]]
id = "red"

[[house.room]]
id = "hall"

[[house.room]]
id = "attic"
seats = 4

[[house]]
id = "blue"
"""
WORDS = """\
name = "Mill Lane"

[house.red]
title = "Red house"
rules = ["No shoes", "No noise"]

[house.red.room.hall]
title = "Hall"

[house.red.room.attic]
title = "Attic"

[house.blue]
title = '''
Blue
house
'''
"""


@pytest.fixture
def street(tmp_path: Path) -> Path:
    folder = tmp_path / "street"
    folder.mkdir()
    (folder / "v1.toml").write_text(STRUCTURE, "utf-8")
    (folder / "v1.en.toml").write_text(WORDS, "utf-8")
    return folder


def read(street: Path, language: str = "en") -> Street:
    return files.read(Street, "street", 1, language, folder=street.parent)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def refused(street: Path, language: str = "en") -> ContentError:
    with pytest.raises(ContentError) as refusal:
        read(street, language)
    assert str(refusal.value).startswith(str(refusal.value.path))
    return refusal.value


def test_structure_and_words_are_joined_by_id(street: Path) -> None:
    found = read(street)

    assert found.name == "Mill Lane"
    assert [room.title for room in found.houses[0].rooms] == ["Hall", "Attic"]
    assert found.houses[0].rules == ("No shoes", "No noise")
    assert found.houses[1].title == "Blue\nhouse"


def test_content_taken_apart_and_put_together_again_is_the_same(street: Path) -> None:
    found = read(street)

    structure, words = files.split(found)

    assert files.build(Street, "street", structure, words) == found
    assert words["house"]["red"]["room"] == {"hall": {"title": "Hall"}, "attic": {"title": "Attic"}}


def test_content_never_changes(street: Path) -> None:
    found = read(street)

    with pytest.raises(ValueError, match="frozen"):
        found.name = "Other"  # type: ignore[misc]


def test_another_language_speaks_where_it_has_words_and_english_elsewhere(street: Path) -> None:
    (street / "v1.it.toml").write_text('[house.red]\ntitle = "Casa rossa"\n', "utf-8")

    found = read(street, "it")

    assert found.houses[0].title == "Casa rossa"
    assert found.name == "Mill Lane"
    assert read(street, "fr") == read(street)


def test_the_versions_and_their_languages_are_found(street: Path) -> None:
    (street / "v1.it.toml").write_text("", "utf-8")
    (street / "v12.en.toml").write_text("", "utf-8")

    assert files.versions("street", folder=street.parent) == [(1, "en"), (1, "it"), (12, "en")]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(street: Path) -> None:
    (street / "v1.toml").write_bytes(b"\xef\xbb\xbf" + STRUCTURE.replace("\n", "\r\n").encode())

    assert read(street).version == 1


def test_a_missing_file_is_named(street: Path) -> None:
    (street / "v1.en.toml").unlink()

    error = refused(street)

    assert (error.path.name, error.line, error.reason) == ("v1.en.toml", None, "this file is missing")


def test_a_file_in_another_encoding_names_the_line(street: Path) -> None:
    (street / "v1.en.toml").write_bytes(WORDS.replace("Hall", "Halle é").encode("latin-1"))

    error = refused(street)

    assert (error.path.name, error.line) == ("v1.en.toml", 8)
    assert "UTF-8" in error.reason


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [('id = "blue"', "id = blue", 14), ('id = "blue"', 'id = "blue', 14), ("seats = 4", "seats = [4", 13)],
)
def test_broken_toml_names_the_line(street: Path, old: str, new: str, line: int) -> None:
    change(street / "v1.toml", old, new)

    error = refused(street)

    assert error.reason.startswith("this is not TOML: ")
    assert error.line is not None
    assert abs(error.line - line) <= 1


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "reason"),
    [
        ("v1.toml", "seats = 4", "seats = 0", 11, "house 'red', room 'attic', seats: should be greater"),
        ("v1.toml", "seats = 4", 'seats = "many"', 11, "seats: should be a valid integer"),
        ("v1.toml", "seats = 4", "chairs = 4", 11, "chairs: this is not known here; is it misspelt?"),
        ("v1.toml", 'id = "blue"', 'id = "bl ue"', 14, "there is no house 'blue' for these words"),
        ("v1.toml", 'id = "attic"', 'id = "hall"', 10, "there are two room with the id 'hall'"),
        ("v1.toml", "seats = 4", 'title = "x"', 11, "'title' belongs to the words, not to the structure"),
        ("v1.toml", "version = 1", "", None, "version: this is missing"),
        ("v1.en.toml", 'title = "Attic"', "", 10, "house 'red', room 'attic', title: this is missing"),
        ("v1.en.toml", 'title = "Attic"', 'title = " "', 11, "title: this is empty"),
        ("v1.en.toml", 'title = "Attic"', 'titel = "Attic"', 10, "title: this is missing"),
        ("v1.en.toml", 'title = "Attic"', 'title = "Attic"\nnote = "x"', 12, "note: this is not known here"),
        (
            "v1.en.toml",
            'title = "Attic"',
            'title = "Attic"\nseats = 9',
            12,
            "'seats' belongs to the structure",
        ),
        ("v1.en.toml", '"No noise"', '""', 5, "house 'red', rules, number 2: this is empty"),
        ("v1.en.toml", "[house.blue]", "[house.green]", 13, "there is no house 'green' for these words"),
        ("v1.en.toml", 'name = "Mill Lane"', "", None, "name: this is missing"),
        (
            "v1.en.toml",
            'name = "Mill Lane"',
            'name = "x"\nversion = 2',
            2,
            "'version' belongs to the structure",
        ),
        (
            "v1.en.toml",
            "[house.red.room.hall]\n",
            "[house.red.room]\nhall = 3\n[x]\n",
            7,
            "'room' must hold tables",
        ),
    ],
)
def test_a_mistake_names_file_line_and_reason(  # noqa: PLR0917 - one row of the table above
    street: Path, file: str, old: str, new: str, line: int | None, reason: str
) -> None:
    change(street / file, old, new)

    error = refused(street)

    expected = "v1.en.toml" if "for these words" in reason else file
    assert error.path.name == expected
    assert reason in error.reason
    if expected == file:
        assert error.line == line


def test_a_mistake_in_another_language_names_that_file(street: Path) -> None:
    (street / "v1.it.toml").write_text(
        '[house.red]\ntitle = "Casa"\n\n[house.gialla]\ntitle = "x"\n', "utf-8"
    )

    error = refused(street, "it")

    assert (error.path.name, error.line) == ("v1.it.toml", 4)


def test_data_without_a_file_is_held_to_the_same_rules() -> None:
    with pytest.raises(ContentError) as refusal:
        files.build(Street, "street", {"version": 1, "house": [{"id": "red"}]}, {"name": "Mill Lane"})

    assert str(refusal.value) == "street: house 'red', title: this is missing"
    assert refusal.value.line is None
