"""Tests of refused changes that are kept aside."""
