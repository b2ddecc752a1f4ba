"""`searchkit categories`: see `values`."""

from searchkit.cli.values import values_command
from searchkit.translation import gettext as _

command = values_command("categories", "category", "科技", _("List the categories of the articles."))
