"""Scalar steps: pure functions of text, shared by both executors."""
