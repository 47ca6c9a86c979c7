"""ClickHouse on one machine: its engine in this process (chdb) behind enough of ClickHouse's HTTP interface.

`python -m duco_cms.embedded.clickhouse_front --path DIR --port N` serves unchanged clients (clickhouse-connect, curl,
Grafana's plugin): queries, bound parameters, settings, every input and output format, compression both ways,
summaries and ClickHouse's own errors. Each request has a connection of its own, so SET, USE and temporary tables end
with it: sessions are not kept. Not spoken: ClickHouse's block compression (`compress=1`), external data, progress
headers.

It listens on loopback only. CLICKHOUSE_FRONT_USER and CLICKHOUSE_FRONT_PASSWORD name the one user it knows (by
default `default` without a password); whoever may query may also read this process's files, as with clickhouse-local.
"""
