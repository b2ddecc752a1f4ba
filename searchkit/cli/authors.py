"""`searchkit authors`: see `values`."""

from searchkit.cli.values import values_command
from searchkit.translation import gettext as _

command = values_command("authors", "author", "生信", _("List the authors of the articles."))
