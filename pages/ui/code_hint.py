"""What stands below each field for a code of the app, where a code counts for its half minute alone."""

import streamlit as st

from core.locale import Words
from core.sign_in import factors


def show(words: Words) -> None:
    """Say that a code counts only while the app shows it; nothing where the one before and after count too."""
    if factors.is_strict():
        st.caption(words("factor.only_of_now"))
