"""A questionnaire that a service holds: read out of the texts of its files, and built again from what the database kept."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.content import files
from core.content.questionnaires import Questionnaire
from core.errors import ContentError

STRUCTURE: Final = "structure"
WORDS: Final = "words"


def read_own(structure: str, words: Mapping[str, str], *, name: str = "v1") -> dict[str, Any]:
    """A questionnaire that a service holds, out of the texts of its files; the words by language.

    Raises ContentError, which names the file and, where it can, the line.
    """
    path = Path(f"{name}.toml")
    said = {language: (Path(f"{name}.{language}.toml"), text) for language, text in words.items()}
    if not said:
        raise ContentError(Path(f"{name}.{files.ENGLISH}.toml"), "this file is missing")
    for each in said.values():
        files.of_texts(Questionnaire, (path, structure), each)
    trees = {language: tomllib.loads(_plain(text)) for language, (_, text) in said.items()}
    return {STRUCTURE: tomllib.loads(_plain(structure)), WORDS: trees}


def from_data(data: Mapping[str, Any], language: str = files.ENGLISH) -> Questionnaire:
    """The same as the database kept it; in another language where there are no words in this one."""
    words = data[WORDS]
    said = words.get(language) or words.get(files.ENGLISH) or next(iter(words.values()))
    return files.build(Questionnaire, "change", data[STRUCTURE], said)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
