"""A stand-in for the site: plays baotintuc.vn on loopback, in both its generations.

``Replica`` serves generated articles, feeds and listings on 127.0.0.1, changes them between two
requests, and answers with faults. ``python -m tests.replica`` serves from the shell. The texts are
ours, made by a seeded grammar; nothing in it needs the network or the saved real pages.
"""

from .article import Block, BlockKind, ReplicaArticle
from .faults import Fault
from .replica import Elsewhere, Replica
from .web import Answer, Request

__all__ = ["Answer", "Block", "BlockKind", "Elsewhere", "Fault", "Replica", "ReplicaArticle", "Request"]
