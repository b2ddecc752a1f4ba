"""`searchkit sites`: see `values`."""

from searchkit.cli.values import values_command
from searchkit.translation import gettext as _

command = values_command("sites", "site", "mp.", _("List the sites the articles are from."))
