"""The SQLite file: its schema and migrations, how it is opened, and the queries called by name.

Other rooms import from here and never write SQL of their own.
"""

from pipelines.database.errors import DatabaseError
from pipelines.database.opening import explained, open_database, writing

__all__ = ["DatabaseError", "explained", "open_database", "writing"]
