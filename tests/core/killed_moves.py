"""Moves the keys of a folder again and again, killed each time a step later, and finishes each move that was killed.

    python -m tests.core.killed_moves FOLDER TO STEP

Prints how many moves were killed. A process of its own, because it splits itself for every move.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from core.key_holders import all_of, has_any
from core.key_holders.moving import move
from core.settings import KeysIn

_STEPS = {"open", "os.link", "os.rename", "os.remove"}


def killed(home: Path, to: KeysIn, after: int) -> bool:
    """Move in a process that is killed before its so many'th step on the disk; says whether it came so far."""
    child = os.fork()
    if child == 0:
        left = count(1)

        def die(event: str, _args: object) -> None:
            if event in _STEPS and next(left) == after:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(die)
        move(home, to)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(folder: Path, to: KeysIn, step: int) -> None:
    keys = {name: os.urandom(32).hex() for name in ("database.key", "field.key", "audit.key")}
    for turn in count():
        home = folder / str(turn)
        all_of(home)["file"].put(keys)
        was_killed = killed(home, to, 1 + turn * step)
        # Nobody lost a key, and whoever begins it again has all of them where they shall be.
        assert move(home, to) == len(keys)
        target = all_of(home)[to]
        assert {name: target.read(name) for name in target.names()} == keys
        assert [kind for kind, holder in all_of(home).items() if holder.is_used()] == [to]
        shutil.rmtree(home)
        assert not has_any(home)
        if not was_killed:
            print(turn)  # noqa: T201  for who started it
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))  # type: ignore[arg-type]
