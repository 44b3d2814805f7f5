"""Records that travel: pickled, copied or sent, they come back as they were, closed to writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any


class Closed[K, V](Mapping[K, V]):
    """A mapping that cannot be written to. Unlike `types.MappingProxyType` it can be pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __or__(self, other: Mapping[K, V]) -> dict[K, V]:
        return {**self._items, **other}

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[Closed[K, V]], tuple[dict[K, V]]]:
        return type(self), (self._items,)


class Travels:
    """A frozen dataclass whose arrays are closed to writing when made and after each journey."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, one.name, closed(getattr(self, one.name)))

    def __reduce__(self) -> tuple[type[Arrived], tuple[Any, ...]]:
        held = {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]
        return Arrived, (type(self), held)


def closed(value: Any) -> Any:
    """An array (or a dict of them) closed to writing without a copy; asks for no NumPy."""
    if type(value) is dict:
        return {key: closed(inner) for key, inner in value.items()}
    if not getattr(getattr(value, "flags", None), "writeable", False):
        return value
    view = value.view()
    view.flags.writeable = False
    return view


class Arrived:
    """Makes the record that left, as it was. (A class: Streamlit cannot hash functions.)"""

    def __new__(cls, kind: type[Any], held: Mapping[str, Any]) -> Any:
        one = object.__new__(kind)
        for name, value in held.items():
            object.__setattr__(one, name, closed(value))
        return one
