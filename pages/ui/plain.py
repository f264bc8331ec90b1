"""Typed text on a page: shown as typed, never as Markdown."""

import re

import streamlit as st

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")


def plain(text: str) -> str:
    """Typed text made safe inside a Markdown string: every sign shows as itself, a line end stays one."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return escaped.replace("\n", "  \n")


def show(text: str) -> None:
    """Show typed text with its lines, as typed."""
    st.markdown(plain(text))
