"""What follows from a change and what is wrong with it, worked out inside its transaction.

Stratum 0 is OWL 2 RL over what is asserted; 1 to 6 are domain rules; OWL 2 RL again belongs to
stratum 4. Increments by points as long as they are small, sets otherwise (docs/decisions/0083).
"""

from kgraph.ingest.closing.concluder import Concluder, from_scratch
from kgraph.ingest.closing.outcome import Consequence, Consequences, Outcome
from kgraph.ingest.closing.theory import Theory

__all__ = ["Concluder", "Consequence", "Consequences", "Outcome", "Theory", "from_scratch"]
