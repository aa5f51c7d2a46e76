"""The command line: `kgraph --help`.

Exit codes: 0 all is well, 1 something was found (a violation, a refused change, a mismatch, the
answer "no"), 2 the input or the call is wrong.
"""

from kgraph.cli.asking import explain, export, query, stats
from kgraph.cli.changing import ingest, sources, validate
from kgraph.cli.checking import audit
from kgraph.cli.frame import main
from kgraph.cli.serving import serve

for command in (serve, ingest, validate, query, explain, export, sources, audit, stats):
    main.add_command(command)

__all__ = ["main"]
