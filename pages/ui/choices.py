"""Lists of records to choose from: no two lines read the same, for a browser gives back the line and not its place."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def distinct(
    options: Iterable[K], say: Callable[[K], str], more: Callable[[K], str] = lambda _: ""
) -> Callable[[K], str]:
    """How each option is said; where several would read the same, with what `more` says of them, else with a number."""
    known = list(dict.fromkeys(options))
    labels = {one: say(one) for one in known}
    alike = _alike(labels.values())
    labels |= {
        one: f"{label} ({said})" for one, label in labels.items() if label in alike and (said := more(one))
    }
    alike, seen = _alike(labels.values()), Counter[str]()
    for one in known:
        label = labels[one]
        if label in alike:
            seen[label] += 1
            labels[one] = f"{label} ({seen[label]})"
    return labels.__getitem__


def _alike(labels: Iterable[str]) -> set[str]:
    return {label for label, times in Counter(labels).items() if times > 1}
