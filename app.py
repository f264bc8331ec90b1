"""`python app.py`: the start, the served app, and inside a run of the script the frame around a page."""

import sys

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is not None:
    from pages.ui import frame

    frame.run()
elif __name__ == "__main__":
    from pages.ui import serving

    serving.serve(__file__, sys.argv[1:])
else:
    from pages.ui import door, identity_provider

    door.ready()
    app = st.App(
        __file__,
        routes=door.ROUTES,
        middleware=door.MIDDLEWARE,
        lifespan=door.lifespan,
        on_script_error=door.on_script_error,
        secrets=identity_provider.streamlit_secrets(),
    )
