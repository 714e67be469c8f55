"""Reading the graph: entities, links and what is composed of them, for one reader at one revision.

`Graph` is the door; the modules beside it are one subject each.
"""

from graph.reading.graph import Graph

__all__ = ["Graph"]
