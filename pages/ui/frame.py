"""Signs in, builds the navigation from the actor's rights, and runs the page."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import StopException

from core.access import OFFICES, Actor, Permission, is_worker, may
from core.locale import Words
from core.models import Role
from core.settings import settings
from pages.ui import context, go, kept, lost_period, notices, renewal, sign_in_form, stores
from pages.ui.follow import FOLLOWS
from pages.ui.plain import plain
from pages.ui.site import PAGES, PageSpec
from pages.ui.workspace import SLOT, Workspace

#: In the page itself: a named icon would be fetched from a foreign host.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Cg fill='none' stroke='%231f5c66' stroke-width='4'%3E%3Ccircle cx='11' cy='16' r='8'/%3E"
    "%3Ccircle cx='21' cy='16' r='8'/%3E%3C/g%3E%3C/svg%3E"
)
#: Pages for a screen that people look at together.
_WITHOUT_MENU = frozenset({"table"})
#: The page that answers at the root, and at no other address.
_HOME = "today"
#: Whose state this tab holds.
WHO = "who"
#: Where tests, which pass no door, put their session; it says who is here and is nobody's text.
_KEPT = frozenset({"session"})
STYLE = Path(__file__).parent / "style.css"


def from_the_top() -> None:
    """Draw from the top of the page, wherever the run before it in this thread has left off.

    Streamlit (1.67) forgets to say so after the run of a panel, when the next click is worked on in the same thread:
    all rows of the page would then bear the name of that panel, and what is answered in one would run another.
    """
    context_dg_stack.set(get_default_dg_stack_value())


@cache
def _words(language: str, zone: str) -> Words:
    return Words(language, zone)


def run() -> None:
    from_the_top()
    words = _words(settings().language, context.zone())
    # One title for all pages: a tab, a task bar and a browser's history are read by whoever comes by (decision 32).
    st.set_page_config(page_title=words("app.title"), page_icon=ICON, layout="wide")
    st.html(STYLE)
    session = context.session()
    # A page that follows the others' work runs by itself: nobody has to be there for it.
    presence = stores.presence(session, is_visit=not st.session_state.pop(FOLLOWS, False))
    _forget_another(f"{session[:1]}:{presence.actor.person_id}" if presence else "")
    store = stores.of(session) if presence is not None else None
    if presence is None or store is None:
        page = st.navigation(
            [st.Page(lambda: sign_in_form.show(words), title=words("app.title"))], position="hidden"
        )
        page.run()
        return
    workspace = Workspace(store, presence.actor, words, session, shared=presence.shared_meeting_id)
    st.session_state[SLOT] = workspace
    try:
        if workspace.shared is not None:
            _show_shared(workspace)
        else:
            _show(workspace, has_notices=presence.has_notices)
    finally:
        workspace.is_checked = False


def _forget_another(who: str) -> None:
    """Wipe what this tab holds of somebody else, and of anybody whose session has ended."""
    if st.session_state.get(WHO, "") not in {"", who}:
        for key in [key for key in st.session_state if key not in _KEPT]:
            del st.session_state[key]
    st.session_state[WHO] = who


def _show(workspace: Workspace, *, has_notices: bool) -> None:
    words = workspace.words
    page = st.navigation(_pages(workspace.actor, words), position="sidebar")
    # At the table the menu is folded; a page that comes after it has its menu again.
    is_wide = page.url_path in _WITHOUT_MENU
    st.set_page_config(initial_sidebar_state="collapsed" if is_wide else "auto")
    _sidebar(workspace)
    if workspace.store.is_example:
        with st.container(key="example_banner"):
            st.warning(words("example.banner"), icon=":material/theater_comedy:")
    if (lost := stores.lost_period(workspace.store)) is not None:
        lost_period.show(workspace, lost)
    if has_notices:
        notices.show(workspace)
    _run(workspace, page)


def _run(workspace: Workspace, page: StreamlitPage) -> None:
    kept.prepare(workspace)
    try:
        page.run()
    except StopException:
        _ended()
        raise
    _ended()


def _ended() -> None:
    kept.ended()
    renewal.again()


def _show_shared(workspace: Workspace) -> None:
    """The table and no other page: no menu, no notice, and no address that leads anywhere else."""
    spec = next(spec for spec in PAGES if spec.key == "table")
    page = st.navigation([copy(_page(spec, workspace.words, is_first=True))], position="hidden")
    if workspace.store.is_example:
        with st.container(key="example_banner"):
            st.warning(workspace.words("example.banner"), icon=":material/theater_comedy:")
    _run(workspace, page)


#: Whose pages are whose.
_AUDIENCES: Mapping[str, Callable[[Actor], bool]] = {
    "workers": is_worker,
    "guests": lambda actor: is_worker(actor) or actor.has(Role.GUEST),
    "administrators": lambda actor: may(actor, Permission.ADMINISTER),
    "log": lambda actor: actor.kind.is_side and may(actor, Permission.READ_LOG),
    "offices": lambda actor: actor.kind.is_side and actor.has(*OFFICES),
    "managers": lambda actor: actor.kind.is_side and actor.has(Role.MANAGER),
    "all": lambda _actor: True,
}


def is_allowed(actor: Actor, spec: PageSpec) -> bool:
    return _AUDIENCES[spec.audience](actor)


def _pages(actor: Actor, words: Words) -> list[st.Page]:
    """The pages of this actor; another page's address answers as one that does not exist."""
    allowed = [spec for spec in PAGES if is_allowed(actor, spec)]
    is_home = allowed[0].key == _HOME
    pages = [copy(_page(spec, words, is_first=is_home and index == 0)) for index, spec in enumerate(allowed)]
    return pages if is_home else [_leading_to(pages[0]), *pages]


def _leading_to(first: st.Page) -> st.Page:
    """What answers at the root where the first page of the menu is not Today: the first page keeps its own address."""
    return st.Page(
        lambda: st.switch_page(first), title=first.title, url_path=_HOME, default=True, visibility="hidden"
    )


@cache
def _page(spec: PageSpec, words: Words, *, is_first: bool) -> st.Page:
    """Files are looked up once, not at every run; a run takes a copy, because it marks the page that it runs."""
    return st.Page(
        spec.path,
        title=words(f"page.{spec.key}"),
        icon=spec.icon,
        url_path=spec.key,
        default=is_first,
        visibility="visible" if spec.in_menu else "hidden",
    )


def _sidebar(workspace: Workspace) -> None:
    words, actor = workspace.words, workspace.actor
    with st.sidebar:
        st.markdown(f"**{plain(actor.name)}**  \n{plain(actor.service_name)}")
        if st.button(words("app.sign_out"), icon=":material/logout:", width="stretch", key="sign_out"):
            go.leave()
        st.caption(words("app.purpose"))
