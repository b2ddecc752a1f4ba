"""`searchkit categories`: see `values`."""

from gettext import gettext as _

from searchkit.cli.values import values_command

command = values_command("categories", "category", "科技", _("List the categories of the articles."))
