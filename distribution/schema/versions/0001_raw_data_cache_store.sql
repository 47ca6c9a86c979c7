-- Raw envelopes and dead letters, by place in `raw`. Partitions are weeks: they bound a merge, and retention empties
-- whole ones.
CREATE TABLE IF NOT EXISTS ${raw}.envelope (
    `partition` UInt16,
    `offset` Int64 CODEC(Delta, ZSTD(1)),
    origin String CODEC(ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    device LowCardinality(String),
    kind LowCardinality(String),
    content_type LowCardinality(String),
    content_encoding LowCardinality(String),
    realtime UInt8,
    enqueued Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    properties Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    body String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
PARTITION BY toMonday(received)
ORDER BY (`partition`, `offset`)
TTL toDateTime(received) + INTERVAL ${retention_days} DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${raw}.dead_letter (
    `partition` UInt16,
    `offset` Int64 CODEC(Delta, ZSTD(1)),
    origin String CODEC(ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    device LowCardinality(String),
    kind LowCardinality(String),
    content_type LowCardinality(String),
    content_encoding LowCardinality(String),
    realtime UInt8,
    enqueued Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    properties Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    body String CODEC(ZSTD(3)),
    code LowCardinality(String),
    detail String CODEC(ZSTD(1)),
    stage LowCardinality(String),
    `release` UInt32,
    rejected DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(rejected)
PARTITION BY toMonday(received)
ORDER BY (`partition`, `offset`)
TTL toDateTime(received) + INTERVAL ${retention_days} DAY
SETTINGS non_replicated_deduplication_window = 1000;
