from dataclasses import dataclass, field

from store import Store


@dataclass
class Container:
    store: Store = field(default_factory=Store)


container = Container()
