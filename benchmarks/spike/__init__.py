"""Candidate layouts of the store, as small prototypes, measured side by side.

What they showed, and what was decided from it: docs/decisions/0051-store-layout.md. Not part of
kgraph: nothing in src/ reads this.
"""
