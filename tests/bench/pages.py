"""What each page costs: processor and wall time, statements, messages to the browser, and its floor."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import event
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from pages.ui import frame, stores
from pages.ui.site import page_file
from pages.ui.workspace import Workspace
from tests.bench import guards
from tests.bench.floor import Recorder

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 15
#: With so many a share of 30 % is right to within three points, nineteen times in twenty.
LOOKS = 1_000

# The served program compiles a page once; the test runner would do so at every run.
_scripts = ScriptCache()
for _module in (local_script_runner, app_test):
    setattr(_module, "ScriptCache", lambda: _scripts)  # noqa: B010


@dataclass
class Figures:
    """Many runs of one page."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    #: Of the processor time: in operations (statements built, sent, made into records), and in the database itself.
    operations: float = 0.0
    database: float = 0.0
    statements: int = 0
    messages: int = 0
    floor: float = 0.0
    #: In which guard the page was how often it was looked at.
    guards: Counter[str] = field(default_factory=Counter)

    @property
    def middle(self) -> float:
        return median(self.cpu)

    @property
    def late(self) -> float:
        return quantiles(self.cpu, n=20)[-1]

    @property
    def wall_middle(self) -> float:
        return median(self.wall)


@contextmanager
def _timed_frame(figures: Figures) -> Iterator[None]:
    original = frame.run

    def run() -> None:
        cpu, wall = time.thread_time(), time.perf_counter()
        try:
            original()
        finally:
            figures.cpu.append((time.thread_time() - cpu) * 1000)
            figures.wall.append((time.perf_counter() - wall) * 1000)

    frame.run = run
    try:
        yield
    finally:
        frame.run = original


class Bench:
    """Opens pages of one store as one person."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.statements = self.messages = 0
        self.operations = self.database = self.begun = 0.0
        measured = stores.of(session)
        assert measured is not None
        self.engine = measured.engine
        event.listen(self.engine, "before_cursor_execute", self._before)
        event.listen(self.engine, "after_cursor_execute", self._after)
        self.reads = (Workspace.read, stores.presence)
        setattr(Workspace, "read", self._timed(Workspace.read))  # noqa: B010
        setattr(stores, "presence", self._timed(stores.presence))  # noqa: B010
        self.handler = handler = ScriptRunner._enqueue_forward_msg

        def counted(runner: ScriptRunner, message: Any) -> None:
            self.messages += 1
            handler(runner, message)

        setattr(ScriptRunner, "_enqueue_forward_msg", counted)  # noqa: B010

    def close(self) -> None:
        """Stop counting."""
        event.remove(self.engine, "before_cursor_execute", self._before)
        event.remove(self.engine, "after_cursor_execute", self._after)
        Workspace.read, stores.presence = self.reads  # type: ignore[method-assign]
        setattr(ScriptRunner, "_enqueue_forward_msg", self.handler)  # noqa: B010

    def _before(self, *_: Any) -> None:
        self.statements += 1
        self.begun = time.thread_time()

    def _after(self, *_: Any) -> None:
        self.database += (time.thread_time() - self.begun) * 1000

    def _timed(self, read: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(read)
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.thread_time()
            try:
                return read(*args, **kwargs)
            finally:
                self.operations += (time.thread_time() - begun) * 1000

        return timed

    def _open(self, page: str, ids: dict[str, UUID]) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.session_state["session"] = self.session
        at.run()
        for name, value in ids.items():
            at.query_params[name] = str(value)
        at.switch_page(str(page_file(page).relative_to(ROOT)))
        at.run()
        if at.exception:
            raise RuntimeError(f"{page}: {at.exception[0].value}")
        return at

    def page(self, page: str, ids: dict[str, UUID], looks: int = LOOKS) -> Figures:
        """Run a page many times, as clicks on it do, and then until it was looked at as often as `looks` says."""
        figures = Figures()
        at = self._open(page, ids)
        at.run()  # what is laid out or compiled once at the first opening is no part of a click
        operations, database = [], []
        with _timed_frame(figures):
            for _ in range(RUNS):
                self.statements = self.messages = 0
                self.operations = self.database = 0.0
                at.run()
                operations.append(self.operations)
                database.append(self.database)
        figures.operations, figures.database = median(operations), median(database)
        figures.statements, figures.messages = self.statements, self.messages
        with guards.watched(figures.guards):
            while figures.guards[guards.ALL] < looks:
                at.run()
        figures.floor = self._floor(at)
        return figures

    def _floor(self, at: AppTest) -> float:
        recorder = Recorder()
        original = frame.run

        def record() -> None:
            with recorder.recording():
                original()

        times: list[float] = []

        def replay() -> None:
            begun = time.thread_time()
            recorder.replay()
            times.append((time.thread_time() - begun) * 1000)

        try:
            frame.run = record
            at.run()
            frame.run = replay
            for _ in range(RUNS):
                at.run()
        finally:
            frame.run = original
        return median(times)
