"""Terms and queries <-> one search product. A new engine is a folder, a line in `ENGINES` and a contract test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from searchkit.engines.base import Engine
from searchkit.errors import ConfigError
from searchkit.translation import gettext as _

ENGINES = {
    "memory": "searchkit.engines.memory:MemoryEngine",
    "opensearch": "searchkit.engines.opensearch:OpenSearchEngine",
    "whoosh": "searchkit.engines.whoosh:WhooshEngine",
}


def load_engine(name: str, location: str | Path) -> Engine:
    """The engine called *name* at *location*.

    Raises:
        ConfigError: there is no engine of that name.
    """
    if name not in ENGINES:
        raise ConfigError(
            _("no engine is called {name!r}; there are {engines}").format(name=name, engines=", ".join(ENGINES))
        )
    module, cls = ENGINES[name].split(":")
    engine: Engine = getattr(import_module(module), cls)(Path(location))
    return engine
