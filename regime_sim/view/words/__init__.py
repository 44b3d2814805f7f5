"""What results say, in sentences; computes no result."""
