"""What indicators share: distance, cutting, coverage, zones."""
