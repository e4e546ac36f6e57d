"""What comes out: one file per format, each written whole or not at all."""
