"""A long list on a page: search, sort, open a row, show more, and take the whole as a file.

    tables.show(ws, cases.search, COLUMNS, key="cases", page="case", id_name="case")

`find` is an operation `(db, actor, Asked) -> Found[row]`; bind filters of the page to it with `functools.partial`.
The words of the list stand in the section of its `key`: `<key>.column.<column>`, `<key>.empty`, and `<key>.alt`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

import streamlit as st
from sqlalchemy.orm import Session

from core.access import Actor
from core.exports import Cell, Format
from core.lists import PAGE_SIZE, Asked, Found
from core.locale import Words
from core.operations import exports
from pages.ui import last_look, more
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

R = TypeVar("R")
Find = Callable[[Session, Actor, Asked], Found[R]]
FORMATS: tuple[Format, ...] = ("csv", "xlsx")
_ROW_HEIGHT = 36
_MOST_IN_SIGHT = 14


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column: its key in the words, and what a row says in it (text, number, day or moment).

    With `sort`, the list can be sorted by it: a key of the operation's orders.
    """

    key: str
    value: Callable[[R], Cell]
    sort: str = ""


def show(
    ws: Workspace,
    find: Find[R],
    columns: Sequence[Column[R]],
    *,
    key: str,
    page: str,
    id_name: str,
    id_of: Callable[[R], UUID] = attrgetter("id"),
    empty: str = "",
) -> None:
    """Show the list; opening a row leads to `page` with the row's id in the address. `empty` is said in place of `<key>.empty`."""
    _follow(key, page, id_name)
    t = ws.words
    listing = _Listing(ws, find, columns, key)
    asked = _ask(listing)
    found = ws.read(find, asked)
    st.session_state[f"{key}:shown"] = [id_of(row) for row in found.rows]
    if not found.rows:
        st.info(t("tables.nothing" if asked.search else empty or f"{key}.empty"))
        return
    _draw(listing, found)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_foot"):
        st.caption(t("tables.count", shown=t.number(len(found.rows)), total=t.number(found.total)))
        if found.total > len(found.rows):
            more.button(t, key, PAGE_SIZE)
        for form in FORMATS:
            _download(listing, asked, form)
    st.caption(t("tables.where_files_go"))


@dataclass(frozen=True)
class _Listing(Generic[R]):
    ws: Workspace
    find: Find[R]
    columns: Sequence[Column[R]]
    key: str

    @property
    def heads(self) -> list[str]:
        return [self.ws.words(f"{self.key}.column.{column.key}") for column in self.columns]

    def cells(self, row: R) -> list[Cell]:
        return [column.value(row) for column in self.columns]


def _follow(key: str, page: str, id_name: str) -> None:
    """Go where the row leads that was opened, as it stood on the screen when it was."""
    click = st.session_state.get(f"{key}:open")
    shown = st.session_state.get(f"{key}:shown", [])
    if click is not None and 0 <= click["row"] < len(shown):
        st.switch_page(page_file(page), query_params={id_name: str(shown[click["row"]])})


def _ask(listing: _Listing[R]) -> Asked:
    t, key = listing.ws.words, listing.key
    sorts = {
        column.sort: head for column, head in zip(listing.columns, listing.heads, strict=True) if column.sort
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}_ask"):
        search = st.text_input(t("tables.search"), key=f"{key}:search", icon=":material/search:")
        sort = st.selectbox(
            t("tables.sort"), list(sorts), format_func=lambda name: sorts[name], key=f"{key}:sort", width=220
        )
    return Asked(search, sort or "", more.shown(key, PAGE_SIZE))


def _draw(listing: _Listing[R], found: Found[R]) -> None:
    t, key = listing.ws.words, listing.key
    data: dict[str, list[Any]] = {"open": [t("tables.open")] * len(found.rows)}
    shapes: dict[str, Any] = {
        "open": st.column_config.ButtonColumn("", type="tertiary", pinned=True, key=f"{key}:open")
    }
    for column, head in zip(listing.columns, listing.heads, strict=True):
        data[column.key] = [column.value(row) for row in found.rows]
        shapes[column.key] = _shape(t, head, data[column.key])
    st.dataframe(
        data,
        hide_index=True,
        column_config=shapes,
        height=(min(len(found.rows), _MOST_IN_SIGHT) + 1) * _ROW_HEIGHT + 2,
        row_height=_ROW_HEIGHT,
        placeholder="",
        alt=t(f"{key}.alt"),
    )


def _shape(t: Words, head: str, values: Sequence[Cell]) -> Any:
    given = next((value for value in values if value is not None), None)
    match given:
        case datetime():
            return st.column_config.DatetimeColumn(head, format=t("dates.list_moment"))
        case date():
            return st.column_config.DateColumn(head, format=t("dates.list_day"))
        case int() | float():
            return st.column_config.NumberColumn(head)
        case _:
            return st.column_config.TextColumn(head)


def _download(listing: _Listing[R], asked: Asked, form: Format) -> None:
    ws, key = listing.ws, listing.key
    last_look.offer(
        ws,
        ws.words(f"tables.{form}"),
        exports.table.of(
            listing.find,
            what=key,
            asked=asked,
            heads=listing.heads,
            cells=listing.cells,
            form=form,
        ),
        file_name=f"list.{form}",
        key=f"{key}:{form}",
    )
