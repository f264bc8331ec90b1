"""Setting up the second step: a picture for the authenticator app, the same as text, and the recovery codes."""

from collections.abc import Sequence

import segno
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.locale import Words
from core.sign_in.factors import Enrolment
from pages.ui import code_hint


def ask(words: Words, shown: Enrolment, *, key: str) -> tuple[str | None, DeltaGenerator]:
    """Show what the app needs and ask for a code of it; None until one was typed, and the place for its error."""
    if shown.is_by_sha_256:
        st.info(words("factor.set_up_sha_256"), icon=":material/smartphone:")
    st.markdown(words("factor.set_up_scan"))
    picture, text = st.columns([2, 3], vertical_alignment="center")
    with picture:
        # In the page itself, made here: nothing is fetched, and nothing of it is stored as a file.
        st.image(
            segno.make(shown.address, micro=False).svg_data_uri(scale=5, border=3, light="white"), width=220
        )
    with text:
        st.markdown(words("factor.set_up_type_sha_256" if shown.is_by_sha_256 else "factor.set_up_type"))
        st.code(shown.secret, language=None, wrap_lines=True)
    st.markdown(words("factor.set_up_confirm"))
    with st.form(key):
        typed = st.text_input(words("factor.code"), key=f"{key}:code", autocomplete="one-time-code")
        code_hint.show(words)
        place = st.empty()
        sent = st.form_submit_button(words("factor.set_up_button"), type="primary")
    return (typed if sent else None), place


def kept(words: Words, codes: Sequence[str], *, key: str) -> bool:
    """Show the recovery codes this once; True when the person says that they have kept them."""
    st.subheader(words("factor.recovery"))
    st.markdown(words("factor.recovery_help"))
    st.code("\n".join(f"{number:2}.  {code}" for number, code in enumerate(codes, 1)), language=None)
    return st.button(words("factor.recovery_kept"), type="primary", key=f"{key}:kept")
