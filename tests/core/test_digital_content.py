"""The lists of digital violence: as the training material has them, and refused at the start where they do not fit together."""

from pathlib import Path

import pytest

from core.content import digital_violence, files
from core.content.digital_violence import DigitalViolence
from core.content.protocols import Side
from core.errors import ContentError

SOURCE = Path(digital_violence.__file__).parent / "digital"


def read(tmp_path: Path, structure: str, words: str) -> DigitalViolence:
    folder = tmp_path / "digital"
    folder.mkdir(parents=True)
    (folder / "v1.toml").write_text(structure, encoding="utf-8")
    (folder / "v1.en.toml").write_text(words, encoding="utf-8")
    return files.read(DigitalViolence, digital_violence.KIND, 1, "en", folder=tmp_path)


def test_the_lists_are_those_of_the_training_material() -> None:
    content = digital_violence.load()

    assert [step.line for step in content.steps] == [473, 474, 475, 476, 477, 478]
    assert [aspect.id for aspect in content.aspects] == ["connection", "information", "access"]
    assert [len(group.forms) for group in content.groups] == [12, 3, 5]
    assert [measure.line for measure in content.measures] == [513, 514, 515, 516]
    assert [area.line for area in content.areas_of(Side.VSS)] == [501, 502, 503]
    assert [area.id for area in content.areas_of(Side.PP)] == ["accountability"]
    assert content.steps[0].ask(Side.PP) != content.steps[0].ask(Side.VSS)


def test_a_key_of_an_older_version_stands_as_it_was_written_down() -> None:
    content = digital_violence.load()

    assert digital_violence.titled(content.media, "phone") == "Telephone"
    assert digital_violence.titled(content.media, "pager") == "pager"


def test_a_form_in_two_groups_and_no_area_for_the_programme_stop_the_start(tmp_path: Path) -> None:
    structure = (SOURCE / "v1.toml").read_text(encoding="utf-8")
    words = (SOURCE / "v1.en.toml").read_text(encoding="utf-8")
    twice = structure.replace('id = "advances"', 'id = "threats"')
    said = words.replace("cyber_harassment.form.advances", "cyber_harassment.form.threats")

    with pytest.raises(ContentError, match="stands in two groups"):
        read(tmp_path / "twice", twice, said)
    with pytest.raises(ContentError, match="is the programme's too"):
        read(tmp_path / "none", structure.replace("pp = true\n", ""), words)
