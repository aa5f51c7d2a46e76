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
    "in a purge",
    "before a purge's rename",
)

_point, _, _passes = os.environ.get(VARIABLE, "").partition(":")
_left = int(_passes or 1)


def fault(point: str) -> None:
    """Die here if a test has asked for it."""
    global _left
    if point == _point:
        _left -= 1
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def fault_within(point: str, seconds: float) -> None:
    """Die so long after, somewhere in what follows, if a test has asked for it."""
    if point == _point:
        Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
