"""The pages that are made from the sources: ontology.md with its picture."""
