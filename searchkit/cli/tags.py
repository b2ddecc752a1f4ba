"""`searchkit tags`: see `values`."""

from searchkit.cli.values import values_command
from searchkit.translation import gettext as _

command = values_command("tags", "tag", "生信", _("List the tags of the articles."))
