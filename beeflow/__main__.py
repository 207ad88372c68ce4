"""`python -m beeflow` is the command `beeflow`."""

from beeflow.cli import main

if __name__ == "__main__":
    main()
