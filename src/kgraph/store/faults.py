"""Points at which a test can make the process die as if by kill -9: KGRAPH_FAULT names one.

Without the variable nothing is active. `KGRAPH_FAULT=in the log:3` dies at the third pass.
"""

import os
import signal
from threading import Timer

VARIABLE = "KGRAPH_FAULT"
POINTS = (
    "staged",
    "in the log",
    "before commit",
    "after commit",
    "in a checkpoint",
    "before runs are renamed",
    "in a merge",
    "before a merge's swap",
    "after a merge's swap",
    "in a bulk load",
    "in inferred rows",
    "in a purge",
    "before a purge's rename",
)

_point = ""
_left = 0


def arm(where: str) -> None:
    """Die at a point of `POINTS`, or with `point:3` at the third pass; nowhere for "".

    Raises ValueError if there is no such point.
    """
    global _point, _left
    _point, _, passes = where.partition(":")
    _left = int(passes or 1)
    if _point and _point not in POINTS:
        raise ValueError(f"{_point!r} is no point to die at")


def fault(point: str) -> None:
    """Die here if a test has asked for it."""
    if _due(point):
        os.kill(os.getpid(), signal.SIGKILL)


def fault_within(point: str, seconds: float) -> None:
    """Die so long after, somewhere in what follows, if a test has asked for it."""
    if _due(point):
        Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()


def _due(point: str) -> bool:
    global _left
    if point != _point:
        return False
    _left -= 1
    return _left <= 0


arm(os.environ.get(VARIABLE, ""))
