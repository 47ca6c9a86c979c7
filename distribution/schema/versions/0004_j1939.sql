-- J1939: occurrences of trouble codes, the lists they come in, messages of several packets, address claims, faults.

-- One row an occurrence, where 0002 had one a message; its rows could not be turned into these.
DROP TABLE IF EXISTS ${ce}.dtc;

-- `ts` is when the occurrence began, which does not change, so all its rows lie in one partition.
CREATE TABLE IF NOT EXISTS ${ce}.dtc (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    spn UInt32,
    fmi UInt8,
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    occurrence UInt32,
    active UInt8,
    first_seen DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    last_seen DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ended Nullable(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    count UInt32,
    oc UInt8,
    cm UInt8,
    lamps UInt16,
    text String CODEC(ZSTD(1)),
    version UInt64,
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, source, spn, fmi, ts, occurrence)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.dtc_list (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    dm UInt8,
    ordinal UInt8 CODEC(ZSTD(1)),
    transport LowCardinality(String),
    lamps UInt16 CODEC(ZSTD(1)),
    spn Array(UInt32) CODEC(ZSTD(1)),
    fmi Array(UInt8) CODEC(ZSTD(1)),
    oc Array(UInt8) CODEC(ZSTD(1)),
    cm Array(UInt8) CODEC(ZSTD(1)),
    data String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, source, ts, dm, ordinal)
TTL toDateTime(received) + INTERVAL ${retention_days} DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.transport_message (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    source UInt32 CODEC(Delta, ZSTD(1)),
    pgn UInt32 CODEC(Delta, ZSTD(1)),
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ordinal UInt8 CODEC(ZSTD(1)),
    length UInt16 CODEC(ZSTD(1)),
    data String CODEC(ZSTD(1)),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, source, pgn, ts, ordinal)
TTL toDateTime(received) + INTERVAL ${retention_days} DAY
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS ${ce}.source_name (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    bus UInt8,
    source_address UInt8,
    ts DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ordinal UInt8 CODEC(ZSTD(1)),
    name UInt64,
    identity_number UInt32,
    manufacturer_code UInt16,
    ecu_instance UInt8,
    function_instance UInt8,
    `function` UInt8,
    vehicle_system UInt8,
    vehicle_system_instance UInt8,
    industry_group UInt8,
    arbitrary_address_capable UInt8,
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(`release`)
PARTITION BY toYYYYMM(ts)
ORDER BY (machine, bus, source_address, ts, ordinal)
SETTINGS non_replicated_deduplication_window = 1000;

-- Counts so far: the highest is the newest.
CREATE TABLE IF NOT EXISTS ${ce}.bus_fault (
    machine UInt32 CODEC(Delta, ZSTD(1)),
    bus UInt8,
    source_address UInt8,
    destination_address UInt8,
    pgn UInt32,
    reason LowCardinality(String),
    count UInt64,
    first_ts DateTime64(6, 'UTC'),
    last_ts DateTime64(6, 'UTC'),
    `release` UInt32 CODEC(Delta, ZSTD(1)),
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(count)
ORDER BY (machine, bus, source_address, destination_address, pgn, reason)
SETTINGS non_replicated_deduplication_window = 1000;

ALTER TABLE ${ce}.envelope ADD COLUMN IF NOT EXISTS short UInt32 AFTER unmodelled;
