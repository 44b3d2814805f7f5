"""Ensembles: many futures of one scenario, run in memory and read; draws and writes nothing."""
