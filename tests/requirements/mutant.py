"""`python -m tests.requirements.mutant DATA MUTATED serve`: the product with one file mutated."""

import json
import sys
from pathlib import Path

from tests.requirements.mutations import install_source

if __name__ == "__main__":
    data, mutated, *arguments = sys.argv[1:]
    install_source(json.loads(data), Path(mutated))
    from aftersale.cli import main

    main(arguments, prog_name="aftersale")
