"""A layout of an agreement as data: kept with a version, and printed from it again."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.documents.agreement import Block, Layout, Pair


def to_data(blocks: Layout) -> list[dict[str, Any]]:
    """Lists, dictionaries and texts only; what is empty is left out."""
    return [_kept(block) for block in blocks]


def from_data(data: Iterable[Mapping[str, Any]]) -> Layout:
    """The layout that was kept."""
    return tuple(
        Block(
            kind=block["kind"],
            text=block.get("text", ""),
            number=block.get("number", ""),
            rows=tuple(Pair(label, value) for label, value in block.get("rows", ())),
        )
        for block in data
    )


def _kept(block: Block) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "kind": block.kind,
        "text": block.text,
        "number": block.number,
        "rows": [[row.label, row.value] for row in block.rows],
    }
    return {name: value for name, value in kept.items() if value}
