"""Typed text on a page: shown as typed, never as Markdown."""

import re

import streamlit as st

#: What Markdown reads inside a line, and at its beginning.
_INSIDE = re.compile(r"([\\`*_\[\]<>~$&^=|]|:(?=\w))")
_FIRST = re.compile(r"^(\s*\d*)([#+\-!.)])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")


def plain(text: str) -> str:
    """Typed text made safe inside a Markdown string: every sign shows as itself, a line end stays one."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return escaped.replace("\n", "  \n")


def in_label(text: str) -> str:
    """Typed text for the label of a field: a screen reader says the label as it stands, with each backslash.

    So only what Markdown would read is escaped: in "Ivo K: he" nothing, since a colon before a blank means nothing.
    """
    return _FIRST.sub(r"\1\\\2", _INSIDE.sub(r"\\\1", text.replace("\n", " ")))


def show(text: str) -> None:
    """Show typed text with its lines, as typed."""
    st.markdown(plain(text))
