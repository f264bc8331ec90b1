"""A table with a caption and heads, for those who have it read aloud; the first cell of a row is its head."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_draw = st.components.v2.component(
    "concord_reading_table",
    js=(_HERE / "reading_table.js").read_text(encoding="utf-8"),
    css=(_HERE / "reading_table.css").read_text(encoding="utf-8"),
)


def show(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    _draw(data={"caption": caption, "columns": list(columns), "rows": [list(row) for row in rows]}, key=key)
