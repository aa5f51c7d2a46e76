"""How a pattern is solved: by points or by sets, in the reader's thread or in one of its own."""

from kgraph.plan.algebra import Pattern
from kgraph.plan.execution import Context
from kgraph.sparql.engine import Plan


def plan(pattern: Pattern, context: Context) -> Plan:
    """The plan of a pattern for this context."""
    from kgraph.plan.sets.run import compile, run

    compiled = compile(pattern, context)
    return Plan("sets", lambda context: run(compiled, context), small=False, heavy=False)
