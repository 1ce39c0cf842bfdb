"""`python -m aftersale`: the command line without an installed script."""

from aftersale.cli import main

if __name__ == "__main__":
    main(prog_name="aftersale")
