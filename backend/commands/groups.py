"""Groups of commands."""

from __future__ import annotations

import click

SENTENCE_MOST = 300  # characters


class Group(click.Group):
    """Lists its commands with the whole sentence of each: click ends a line in the middle of one."""

    group_class = type  # groups below are such groups too

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click.Group."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(SENTENCE_MOST)) for name, command in commands if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
