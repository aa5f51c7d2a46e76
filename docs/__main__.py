"""`python -m docs`: write the pages that are made from the sources."""

from docs.generate import ontology_page

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph

if __name__ == "__main__":
    with KnowledgeGraph.open(Settings.from_env()) as kg:
        ontology_page.write(kg)
