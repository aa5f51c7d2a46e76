"""What is asked of every layout: drawn once, so that all are asked the same."""

import re
from dataclasses import dataclass

import numpy as np

from benchmarks.generate import generate
from benchmarks.spike.encoded import Encoded
from benchmarks.spike.layout import Triple

KG = "https://w3id.org/kgraph/ns#"
ACCUSED = f"<{KG}accused>"
WANTED = (
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
    "<http://www.w3.org/2004/02/skos/core#prefLabel>",
    f"<{KG}inCase>",
    f"<{KG}chargedUnder>",
    f"<{KG}startEarliest>",
)
OF_A_DOCUMENT = re.compile(r"(document-|-)(\d+)(-\d+>|/|>)")
LOOK_UPS, STARS, DECODES, COMMITS, FACTS = 400, 200, 40, 40, 100


@dataclass(frozen=True, slots=True)
class Work:
    subjects: list[str]
    constants: list[str]
    numbers: list[list[int]]
    commits: list[list[Triple]]


def draw(encoded: Encoded, seed: int) -> Work:
    """Subjects all alike likely; accused persons; any numbers; facts of documents not yet seen."""
    random = np.random.default_rng(seed)
    terms = encoded.terms
    s, p, o = encoded.by_subject
    predicate = terms.index(ACCUSED).as_py()
    accused = np.unique(o[p == predicate])
    subjects = random.choice(np.unique(s), LOOK_UPS)
    return Work(
        [terms[int(n)].as_py() for n in subjects],
        [terms[int(n)].as_py() for n in random.choice(accused, STARS)],
        [random.integers(0, len(terms), 1_000).tolist() for _ in range(DECODES)],
        _commits(seed),
    )


def _commits(seed: int) -> list[list[Triple]]:
    """Documents are renumbered, so that their records are new; people and courts are not."""
    facts: list[Triple] = []
    for chunk in list(generate(60_000, seed + 92))[1:]:
        for line in chunk.splitlines():
            line = OF_A_DOCUMENT.sub(r"\g<1>77\2\3", line) if "claim/" in line else line
            s, p, o = re.sub(r"-(\d+)-(\d+)>", r"-77\1-\2>", line)[:-2].split(" ", 2)
            facts.append((s, p, o))
    return [facts[at : at + FACTS] for at in range(0, FACTS * COMMITS, FACTS)]
