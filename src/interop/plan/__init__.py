"""The plan: a mapping with every name resolved, the passes over it, and what it says of itself."""
