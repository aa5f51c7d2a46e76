"""`python -m docs`: write the pages that are made from the sources."""

from docs.generate import ontology_page, reference_page

from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph

if __name__ == "__main__":
    reference_page.write()
    with KnowledgeGraph.open(Settings.from_env(), sources_only=True) as kg:
        ontology_page.write(kg)
