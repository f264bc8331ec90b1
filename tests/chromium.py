"""The browser of the tests, the measuring and the pictures: which one, and how it is started."""

import os
from pathlib import Path

#: The shell is the same engine without a window to paint: a new browser context costs a third of the time.
BROWSERS = (
    os.environ.get("CONCORD_CHROMIUM", ""),
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
#: The first that is installed; None: the one that Playwright brought along.
CHROMIUM = next((path for path in BROWSERS if path and Path(path).exists()), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=Translate",
)
