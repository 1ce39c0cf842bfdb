"""Running everything on one machine: child processes, a buyer's client, transcripts."""
