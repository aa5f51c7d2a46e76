"""The reference evaluator: SPARQL 1.1 Query section 18 and Update section 4, to the letter.

It is slow and obvious on purpose. Whatever is faster must give the same answers.
"""
