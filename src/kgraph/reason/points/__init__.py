"""The closure kept up with changes by look-ups in the point index."""

from kgraph.reason.points.difference import Clash, Consequences
from kgraph.reason.points.facts import NOWHERE, SATURATED, Facts, SetFacts, Standing
from kgraph.reason.points.increment import Increment, TooMuchForPoints
from kgraph.reason.points.program import Program, Ruled

__all__ = [
    "NOWHERE",
    "SATURATED",
    "Clash",
    "Consequences",
    "Facts",
    "Increment",
    "Program",
    "Ruled",
    "SetFacts",
    "Standing",
    "TooMuchForPoints",
]
