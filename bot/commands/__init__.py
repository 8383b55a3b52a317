"""What the subcommands of `donghanh` do; `bot/cli.py` only reads their arguments."""
