"""The end of a listener: no connection that a client believes to have is reset."""

import contextlib
import ctypes
import os
import select
import socket
import struct
import sys

SECONDS = 0.01  # in which a handshake that has begun ends; a client that begins one in them loses a second

_SO_ATTACH_FILTER = 26
_PROGRAM = (  # of the kernel's packet filter, on the head of a TCP segment
    (0x30, 0, 0, 13),  # load the flags
    (0x54, 0, 0, 0x12),  # leave SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # then drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # else take it
)


def refuse_new(listener: socket.socket) -> None:
    """Lets no further connection begin; those in its queue can be accepted, and then it can be closed.

    A listener that is closed resets what is in its queue. So the name of a UNIX socket is removed first, and the first
    segments of TCP connections are dropped, where the system can: their clients send them again within a second, and
    are refused by then, before they have sent a request.
    """
    if listener.family == socket.AF_UNIX:
        with contextlib.suppress(OSError):
            os.unlink(listener.getsockname())
    elif sys.platform == "linux":
        code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in _PROGRAM))
        program = struct.pack("@HP", len(_PROGRAM), ctypes.addressof(code))
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def is_waited_for(listener: socket.socket) -> bool:
    """Whether a connection waits to be accepted."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    return bool(poll.poll(0))
