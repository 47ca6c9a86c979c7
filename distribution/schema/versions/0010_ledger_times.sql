-- What happened in a span: devices send in about the order of time.

ALTER TABLE ${ce}.envelope
    ADD INDEX IF NOT EXISTS first_ts_bounds first_ts TYPE minmax GRANULARITY 1;

ALTER TABLE ${ce}.envelope
    ADD INDEX IF NOT EXISTS last_ts_bounds last_ts TYPE minmax GRANULARITY 1;

ALTER TABLE ${ce}.envelope MATERIALIZE INDEX first_ts_bounds;

ALTER TABLE ${ce}.envelope MATERIALIZE INDEX last_ts_bounds;
