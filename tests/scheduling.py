"""Which tests of a run go to one worker: those of files whose preparation takes as long as their tests."""

from typing import Final

from xdist.scheduler import LoadScopeScheduling

#: Where the ids of their tests begin; a fixture of each is made once in every worker that gets one of them.
TOGETHER: Final = (
    "tests/core/test_demo.py",
    "tests/canary/",
    "tests/browser/test_campaigns.py",
    "tests/browser/test_identity_provider.py",
)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist says of its schedulers what mypy cannot follow
    """Every other test goes to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in TOGETHER if nodeid.startswith(begin)), nodeid)
