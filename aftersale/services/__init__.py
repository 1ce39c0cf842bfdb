"""One file per use case. Services import the domain, the policy and their own ports only."""
