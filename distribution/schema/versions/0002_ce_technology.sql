-- Decoded data. One row a frame with arrays costs half of one row a value. A resend, a repeated hub event and a decode
-- by a higher release have the key of the row they repeat, so they collapse into it; ts is part of each key, so rows
-- that collapse always lie in one partition.

CREATE TABLE IF NOT EXISTS ${ce}.frame_values (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    `group` UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ordinal UInt8 CODEC(ZSTD(1)),
    `values` Array(Float64) CODEC(ZSTD(1)),
    qualities Array(UInt8) CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, `group`, source, ts, ordinal)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.position (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ordinal UInt8 CODEC(ZSTD(1)),
    lat Float64 CODEC(ZSTD(1)),
    lon Float64 CODEC(ZSTD(1)),
    alt Nullable(Float64) CODEC(ZSTD(1)),
    speed Nullable(Float64) CODEC(ZSTD(1)),
    heading Nullable(Float64) CODEC(ZSTD(1)),
    hdop Nullable(Float64) CODEC(ZSTD(1)),
    satellites Nullable(UInt16) CODEC(ZSTD(1)),
    quality UInt8,
    reason LowCardinality(String),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, ts, ordinal)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.dtc (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    spn UInt32,
    fmi UInt8,
    oc UInt8,
    cm UInt8,
    active UInt8,
    text String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, source, spn, fmi, ts)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.log (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    `index` UInt32 CODEC(ZSTD(1)),
    level LowCardinality(String),
    severity LowCardinality(String),
    logger LowCardinality(String),
    message String CODEC(ZSTD(1)),
    fields String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, ts, message_id, `index`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.event (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    `index` UInt32 CODEC(ZSTD(1)),
    name LowCardinality(String),
    state LowCardinality(String),
    severity LowCardinality(String),
    value Nullable(Float64) CODEC(ZSTD(1)),
    text String CODEC(ZSTD(1)),
    fields String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, ts, message_id, `index`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.text_value (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    `group` UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ordinal UInt8 CODEC(ZSTD(1)),
    slot UInt16,
    value String CODEC(ZSTD(1)),
    quality UInt8,
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, `group`, source, ts, ordinal, slot)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.finding (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    rule UInt32,
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    `index` UInt32,
    state LowCardinality(String),
    severity LowCardinality(String),
    text String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, rule, ts, `index`)
SETTINGS non_replicated_deduplication_window = 1000;

-- Counts so far: the highest is the newest.
CREATE TABLE IF NOT EXISTS ${ce}.unmodelled (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    bus UInt8,
    can_id UInt32,
    page Int64,
    count UInt64,
    first_ts DateTime64(6, 'UTC'),
    last_ts DateTime64(6, 'UTC'),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(count)
ORDER BY (machine, bus, can_id, page)
SETTINGS non_replicated_deduplication_window = 1000;

-- The ledger of what was decoded; with raw.dead_letter it accounts for each record of `raw`.
CREATE TABLE IF NOT EXISTS ${ce}.envelope (
    `partition` UInt16,
    `offset` Int64 CODEC(Delta, ZSTD(1)),
    origin String CODEC(ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    device LowCardinality(String),
    machine UInt32,
    kind LowCardinality(String),
    frames UInt32,
    `rows` UInt32,
    unmodelled UInt32,
    first_ts Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    last_ts Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(received)
ORDER BY (`partition`, `offset`)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.signal_catalogue (
    `group` UInt32,
    slot UInt16,
    message String,
    signal String,
    `set` String,
    unit String,
    enum Map(Int64, String),
    spn Nullable(UInt32),
    minimum Nullable(Float64),
    maximum Nullable(Float64),
    comment String,
    `release` UInt32
)
ENGINE = ReplacingMergeTree(`release`)
ORDER BY (`group`, slot)
SETTINGS non_replicated_deduplication_window = 1000;
