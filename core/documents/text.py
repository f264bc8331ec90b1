"""Typed text made safe for Word: whatever a person wrote comes out as written.

Operations refuse control characters when text is typed; this is the second lock, for text from elsewhere.
"""

import re

#: Characters that break a line in other programs; in Word they would be control characters.
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85]")
#: What XML cannot hold, or holds without meaning: C0 without tab and newline, DEL, C1.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
#: Half a character each: Word would drop every paragraph that follows.
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
#: They make text read other than it is stored; right-to-left text does not need them.
_BIDI_OVERRIDES = re.compile("[\u202d\u202e]")


def clean(text: str) -> str:
    """The same text, with broken characters shown as U+FFFD and without control and bidi override characters.

    Line breaks of every kind become a newline. Nothing else changes.
    """
    text = _LINE_BREAKS.sub("\n", text)
    text = _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return _BIDI_OVERRIDES.sub("", _CONTROLS.sub("", text))


def one_line(text: str) -> str:
    """The text cleaned, on one line: for headings, names and cells that hold one thing."""
    return re.sub("[\n\t]+", " ", clean(text)).strip()
