"""`searchkit sites`: see `values`."""

from gettext import gettext as _

from searchkit.cli.values import values_command

command = values_command("sites", "site", "mp.", _("List the sites the articles are from."))
