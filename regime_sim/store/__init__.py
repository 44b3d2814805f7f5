"""Run folders: a run as files that survive anything, finished to the same bytes however often it is
interrupted; computes no statistic.
"""
