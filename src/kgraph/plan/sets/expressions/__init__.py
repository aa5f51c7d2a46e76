"""Expressions of the algebra in SQL: filters, assignments, conditions of OPTIONAL.

Where SQL gives exactly what `plan.functions` gives, it is SQL; the rest is Python's, over distinct
arguments (docs/decisions/0058).
"""

from kgraph.plan.sets.expressions.assigning import extended
from kgraph.plan.sets.expressions.filtering import filtered, join_condition

__all__ = ["extended", "filtered", "join_condition"]
