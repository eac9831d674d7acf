"""FHIR R4 (4.0.1) as data: types, elements, bindings, primitives, well-known URIs, and the check of our own output.

Everything is generated from the official package by `scripts/build_r4.py`.
"""
