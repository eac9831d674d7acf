"""Libraries that only read a format: what anyone who converts with them pays before the first resource."""
