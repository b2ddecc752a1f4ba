"""`searchkit authors`: see `values`."""

from gettext import gettext as _

from searchkit.cli.values import values_command

command = values_command("authors", "author", "生信", _("List the authors of the articles."))
