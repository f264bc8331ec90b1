"""The figures as a Markdown page: printed as they come, and kept as a whole once all are there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTES = Path(__file__).parent / "notes.md"


@dataclass
class Report:
    """What was measured so far."""

    lines: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        """Add lines and print them."""
        self.lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, title: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Add a table under its title."""
        self.say("", f"## {title}", "", _row(head), "|" + "---|" * len(head), *map(_row, rows))

    def keep(self, path: Path) -> None:
        """Write the page, the notes at its end; never half of it."""
        self.say("", *NOTES.read_text(encoding="utf-8").splitlines())
        half = path.with_suffix(".part")
        half.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        half.replace(path)


def _row(cells: tuple[Any, ...]) -> str:
    return "| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"
