"""Answers as bytes: SPARQL 1.1 Query Results JSON, XML, CSV and TSV, with what 1.2 adds.

A document is made piece by piece, from terms in Python or in SQL, and both ways give equal bytes.
What is cut off has no end: a JSON or XML document without its tail cannot be read.
"""
