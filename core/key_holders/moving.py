"""Moving the keys from one holder to another: stopped half-way it is begun again, and no key is ever nowhere."""

from pathlib import Path

from core.key_holders import NAMES, all_of
from core.key_holders.holder import wrong
from core.settings import KeysIn


def move(home: Path, to: KeysIn) -> int:
    """Let one holder have all keys, whoever has some of them now; the others are emptied last. Says how many.

    Raises SettingsError where there is none, or where two holders have different ones of one name.
    """
    every = all_of(home)
    target = every[to]
    others = [holder for kind, holder in every.items() if kind != to and holder.is_used()]
    found: dict[str, str] = {}
    for holder in (*others, *([target] if target.is_used() else [])):
        for name in holder.names() & frozenset(NAMES):
            if found.setdefault(name, holder.read(name)) != holder.read(name):
                raise wrong("two_different", name=name)
    if not found:
        raise wrong("none")
    target.put({name: key for name, key in found.items() if name not in target.names()})
    # What was written is read again before anything is taken away.
    if {name: target.read(name) for name in found} != found:
        raise wrong("not_moved")
    for holder in others:
        holder.drop()
    return len(found)
