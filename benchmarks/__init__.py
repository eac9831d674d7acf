"""Benchmarks: the same generated records through interop, a hand-written loop, and fhir.resources."""
