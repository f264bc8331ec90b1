"""What may be uploaded, looked at before Streamlit keeps it: who sends it, and what kind of file its first bytes are."""

from starlette.formparsers import MultiPartParser
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive

from pages.ui import sockets

PATH = "/_stcore/upload_file/"
#: The first bytes of the kinds of file that any page takes: the signed copy of an agreement is a PDF.
KINDS = (b"%PDF-",)
_LONGEST_HEAD = 16 * 1024
_END_OF_HEAD = b"\r\n\r\n"


def keep_in_memory(megabytes: int) -> None:
    """An upload is never spooled to the disk, where it would lie unencrypted."""
    MultiPartParser.spool_max_size = (megabytes + 1) * 1024 * 1024


def is_own(connection: HTTPConnection, identity: str) -> bool:
    """Does the address of an upload name a tab of the person who sends it?"""
    session_id, _, _file_id = connection.url.path.removeprefix(PATH).partition("/")
    return sockets.owns(session_id, identity)


async def begins_well(receive: Receive) -> Receive | None:
    """What is to be received, all of it still to come, where it begins as one of the kinds; else None."""
    held: list[Message] = []
    begun = b""
    while True:
        message = await receive()
        held.append(message)
        begun += message.get("body", b"")
        _head, found, body = begun.partition(_END_OF_HEAD)
        longest = max(len(kind) for kind in KINDS)
        is_last = message["type"] != "http.request" or not message.get("more_body", False)
        if is_last or len(begun) > _LONGEST_HEAD or (found and len(body) >= longest):
            break
    if not body.startswith(KINDS):
        return None

    async def again() -> Message:
        return held.pop(0) if held else await receive()

    return again
