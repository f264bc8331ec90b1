"""The frame around every page."""

from streamlit.testing.v1 import AppTest


def _left_in_a_row() -> None:
    """A run in the thread in which a row has just run, which leaves the place of that row behind."""
    import streamlit as st  # noqa: PLC0415  a script of its own
    from streamlit.delta_generator_singletons import context_dg_stack  # noqa: PLC0415

    from pages.ui import frame  # noqa: PLC0415

    context_dg_stack.set((*context_dg_stack.get(), st.container()))
    st.markdown("left behind")
    frame.from_the_top()
    st.markdown("at the top")


def test_a_run_begins_at_the_top_of_the_page_whatever_the_run_before_it_left() -> None:
    at = AppTest.from_function(_left_in_a_row).run()

    main = list(at.main.children.values())
    assert [one.type for one in main][-1] == "markdown", main
    assert [one.value for one in at.markdown] == ["left behind", "at the top"]
