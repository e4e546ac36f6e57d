"""Spatial indicators of ecological plans, held against targets and drawn on maps."""
