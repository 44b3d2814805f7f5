"""Run folders: a run as files, finished to the same bytes however often it is interrupted."""
