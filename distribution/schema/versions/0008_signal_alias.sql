-- Names that signals had in releases before: questions by them are answered as before.

CREATE TABLE IF NOT EXISTS ${ce}.signal_alias (
    message String,
    signal String,
    `set` String,
    `group` UInt32,
    slot UInt16,
    `release` UInt32
)
ENGINE = ReplacingMergeTree(`release`)
ORDER BY (message, signal, `group`, slot)
SETTINGS non_replicated_deduplication_window = 1000;
