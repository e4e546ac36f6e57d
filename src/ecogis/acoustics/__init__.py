"""Sound: what roads emit, and what is left of it at a receiver. Arrays, no geometry."""
