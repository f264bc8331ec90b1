"""The abuse cases are tried on a store with a canary in every field of hers."""

from tests.canary.conftest import ground

__all__ = ["ground"]
