"""The catalog as nodes of docutils: what every builder and theme knows, and nothing else."""
