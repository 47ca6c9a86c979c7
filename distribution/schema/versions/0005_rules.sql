-- What rules find and what they are called. Rows that are there keep: their condition holds since they were found.

ALTER TABLE ${ce}.finding ADD COLUMN IF NOT EXISTS kind LowCardinality(String) AFTER `index`;
ALTER TABLE ${ce}.finding ADD COLUMN IF NOT EXISTS name LowCardinality(String) AFTER kind;
ALTER TABLE ${ce}.finding
    ADD COLUMN IF NOT EXISTS since DateTime64(6, 'UTC') DEFAULT ts CODEC(Delta, ZSTD(1)) AFTER text;
ALTER TABLE ${ce}.finding ADD COLUMN IF NOT EXISTS capture String DEFAULT '{}' CODEC(ZSTD(1)) AFTER since;
ALTER TABLE ${ce}.finding ADD COLUMN IF NOT EXISTS group_by LowCardinality(String) AFTER capture;

ALTER TABLE ${ce}.signal_catalogue
    ADD COLUMN IF NOT EXISTS kind LowCardinality(String) DEFAULT 'message' AFTER slot;
ALTER TABLE ${ce}.signal_catalogue
    ADD COLUMN IF NOT EXISTS store LowCardinality(String) DEFAULT 'always' AFTER comment;

CREATE TABLE IF NOT EXISTS ${ce}.rule_catalogue (
    rule UInt32,
    kind LowCardinality(String),
    name String,
    title String,
    `set` String,
    severity LowCardinality(String),
    text String,
    unit String,
    type LowCardinality(String),
    `group` Nullable(UInt32),
    comment String,
    `release` UInt32
)
ENGINE = ReplacingMergeTree(`release`)
ORDER BY rule
SETTINGS non_replicated_deduplication_window = 1000;
