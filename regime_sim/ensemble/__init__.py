"""Ensembles: many futures of one scenario, run, kept and read; draws nothing and imports no Mesa."""
