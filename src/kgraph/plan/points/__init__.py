"""The executor for few rows: an interpreter of the algebra over identifiers and the point index.

`PointPlan` is compiled once for a query and may be kept; its answers are the naive evaluator's.
"""

from kgraph.plan.points.plan import PointPlan, solve

__all__ = ["PointPlan", "solve"]
