"""The set executor: patterns of the algebra as SQL over whole columns of identifiers.

Each pattern becomes one relation (a SELECT over identifiers); what SQL cannot do becomes a step
that runs before it. Semantics are the naive evaluator's (docs/decisions/0054, 0057).
"""
