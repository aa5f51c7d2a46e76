"""The command line: `kgraph --help`.

Exit codes: 0 all is well, 1 something was found (a violation, a refused change, a mismatch, the
answer "no"), 2 the input or the call is wrong.
"""

from kgraph.cli.aside import aside
from kgraph.cli.asking import query, stats
from kgraph.cli.changing import ingest, update
from kgraph.cli.checking import audit
from kgraph.cli.exporting import export
from kgraph.cli.frame import main
from kgraph.cli.inferring import infer
from kgraph.cli.keeping import load, purge
from kgraph.cli.levels import level
from kgraph.cli.past import history, log
from kgraph.cli.proofs import explain, why_not
from kgraph.cli.serving import serve
from kgraph.cli.sources import sources
from kgraph.cli.tasks import tasks
from kgraph.cli.validating import validate

COMMANDS = (
    *(serve, ingest, update, load, validate, infer, query, explain, why_not, export, log, history),
    *(purge, level, sources, tasks, aside, audit, stats),
)
for command in COMMANDS:
    main.add_command(command)

__all__ = ["main"]
