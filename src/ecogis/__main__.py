"""``python -m ecogis``."""

from ecogis.cli import main

main()
