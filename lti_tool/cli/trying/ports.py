"""Ports of this machine: which are free, is this one."""

import socket

from lti_tool.errors import ConflictError
from lti_tool.sentence import say

HERE = "127.0.0.1"


def free_ports() -> tuple[int, int]:
    """Two different ports that nobody listens on at this moment."""
    with socket.socket() as one, socket.socket() as other:
        for found in (one, other):
            found.bind((HERE, 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def refuse_taken(port: int, *, option: str) -> None:
    """Raise ConflictError, naming the option that chooses another port, when it is taken."""
    with socket.socket() as wanted:
        wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind((HERE, port))
        except OSError as error:
            raise ConflictError(
                "demo.port-taken",
                say(
                    "demo.port-taken",
                    "Port %(port)s can't be used: another program listens there, perhaps a demo "
                    "that still runs. Stop it, or choose another port with %(option)s.",
                    port=port,
                    option=option,
                ),
            ) from error
