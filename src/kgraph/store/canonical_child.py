"""Canonical forms (RDFC-1.0) in a process of their own, which the parent may kill at any time.

Runs as a script that imports nothing of ours: one JSON string of N-Quads a line in, one JSON string
out for each, written as soon as it is known.
"""

import json
import sys

import pyoxigraph as ox


def canonical_form(quads: str) -> str:
    """The N-Quads with canonical labels, sorted; equal for isomorphic datasets and no others."""
    dataset = ox.Dataset(ox.parse(quads, ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(canonical_form(json.loads(line))) + "\n")
        sys.stdout.flush()
