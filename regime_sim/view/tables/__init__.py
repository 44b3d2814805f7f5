"""Results and registries as rows and as text; computes no result."""
