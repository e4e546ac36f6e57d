"""A district that does not exist, drawn by rule from one seed."""
