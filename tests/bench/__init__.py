"""Measures Concord under load; nothing here is asserted, everything is printed.

It has a home of its own, whatever the environment names: what is measured is written over and removed.
"""

import os
import tempfile

for _name in [name for name in os.environ if name.startswith("CONCORD_") and name != "CONCORD_CHROMIUM"]:
    del os.environ[_name]
os.environ["CONCORD_HOME"] = tempfile.mkdtemp(prefix="concord-bench-")
