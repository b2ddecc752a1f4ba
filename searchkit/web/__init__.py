"""The search page: a window on an index for a browser, and the same as JSON for programs.

    from searchkit.web.app import create_app

A request goes through `access` (who may ask), becomes an `Ask` (`asking`), is answered by the one index that is
open (`served`), and is shown by a template (`pages`) or as JSON (`api`).
"""
