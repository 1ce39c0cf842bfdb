"""A desk that somebody else runs: what it is told, what it tells, and what holds when it fails."""
