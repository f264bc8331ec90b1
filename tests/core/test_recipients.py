"""The table of who may get which document: printed as it is read, and refused at the start where it would let her out."""

from pathlib import Path

import pytest

from core.content import files, recipients
from core.content.recipients import Recipient
from core.errors import ContentError

ROOT = Path(__file__).parents[2]


def test_the_printed_table_is_the_one_that_the_program_goes_by() -> None:
    text = (ROOT / "docs" / "recipients.md").read_text(encoding="utf-8")

    assert recipients.as_markdown(recipients.load()) in text


def test_for_her_there_is_one_paper_and_for_him_there_are_three() -> None:
    table = recipients.load()

    assert [kind.id for kind in table.kinds if Recipient.HER in kind.recipients] == ["safety_plan"]
    assert [kind.id for kind in table.kinds if kind.is_for_him] == [
        "attendance_confirmation",
        "participation_agreement",
        "his_consent",
    ]


@pytest.mark.parametrize(
    ("kind", "old", "new", "reason"),
    [
        ("minutes", '["joint", "pp", "vss"]', '["joint", "him"]', "own file"),
        ("his_consent", 'made_by = "pp"', 'made_by = "both"', "own file"),
        ("his_consent", 'holds_her = "no"', 'holds_her = "maybe"', "own file"),
        ("his_consent", '["him", "own"]', '["him", "vss"]', "to nobody else"),
        ("minutes", 'class = "C4"', 'class = "C6"', "leaves to nobody"),
        ("minutes", '["joint", "pp", "vss"]', '["joint", "her"]', "her own service made"),
        ("safety_plan", '["vss", "her"]', '["vss", "pp"]', "leaves to nobody"),
    ],
)
def test_a_table_that_would_let_her_out_stops_the_start(
    tmp_path: Path, kind: str, old: str, new: str, reason: str
) -> None:
    source = Path(recipients.__file__).parent / "recipients"
    folder = tmp_path / "recipients"
    folder.mkdir()
    head, mark, tail = (source / "v1.toml").read_text(encoding="utf-8").partition(f'id = "{kind}"')
    assert old in tail
    (folder / "v1.toml").write_text(head + mark + tail.replace(old, new, 1))
    (folder / "v1.en.toml").write_text((source / "v1.en.toml").read_text(encoding="utf-8"))

    with pytest.raises(ContentError, match=reason):
        files.read(recipients.Recipients, recipients.KIND, 1, "en", folder=tmp_path)


def test_each_recipient_is_named_once(tmp_path: Path) -> None:
    source = Path(recipients.__file__).parent / "recipients"
    folder = tmp_path / "recipients"
    folder.mkdir()
    whole = (source / "v1.toml").read_text(encoding="utf-8")
    (folder / "v1.toml").write_text(whole.replace('[[recipient]]\nid = "her"\n', "", 1))
    words = (source / "v1.en.toml").read_text(encoding="utf-8")
    (folder / "v1.en.toml").write_text(words.replace('[recipient.her]\ntitle = "her"\n', "", 1))

    with pytest.raises(ContentError, match="named once"):
        files.read(recipients.Recipients, recipients.KIND, 1, "en", folder=tmp_path)
