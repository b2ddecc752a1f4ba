"""`searchkit tags`: see `values`."""

from gettext import gettext as _

from searchkit.cli.values import values_command

command = values_command("tags", "tag", "生信", _("List the tags of the articles."))
