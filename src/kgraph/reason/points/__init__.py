"""The closure kept up with changes by look-ups in the point index."""

from kgraph.reason.points.difference import Clash, Consequences
from kgraph.reason.points.facts import NOWHERE, SATURATED, Facts, SetFacts, Standing
from kgraph.reason.points.increment import Increment, TooMuchForPoints
from kgraph.reason.points.indexed import IndexFacts
from kgraph.reason.points.ontology import Ontology, stored_by
from kgraph.reason.points.program import FixedProgram, Program, Ruled
from kgraph.reason.points.sentences import Sentences
from kgraph.reason.points.staging import infer_staged

__all__ = [
    "NOWHERE",
    "SATURATED",
    "Clash",
    "Consequences",
    "Facts",
    "FixedProgram",
    "Increment",
    "IndexFacts",
    "Ontology",
    "Program",
    "Ruled",
    "Sentences",
    "SetFacts",
    "Standing",
    "TooMuchForPoints",
    "infer_staged",
    "stored_by",
]
