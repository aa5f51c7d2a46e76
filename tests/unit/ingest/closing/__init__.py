"""Tests of closing inside the transaction."""
