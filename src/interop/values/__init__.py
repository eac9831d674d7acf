"""Scalar steps: pure functions of text, shared by all executors."""
