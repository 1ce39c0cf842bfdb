"""Nobody talks over a person, and nobody is left in an empty room: proofs on the real store."""
