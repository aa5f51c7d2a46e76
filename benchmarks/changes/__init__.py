"""Changes to a store of generated reports, closed, judged and committed: what each takes."""

from benchmarks.changes.draw import Draw
from benchmarks.changes.hubs import HUBS, hub_timings
from benchmarks.changes.preparing import prepared
from benchmarks.changes.timing import Timing, percentile, summary, timings

__all__ = [
    "HUBS",
    "Draw",
    "Timing",
    "hub_timings",
    "percentile",
    "prepared",
    "summary",
    "timings",
]
