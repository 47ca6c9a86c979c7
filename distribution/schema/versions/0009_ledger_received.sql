-- What was received in a span: rows of a partition of `raw` lie in that order.

ALTER TABLE ${ce}.envelope
    ADD INDEX IF NOT EXISTS received_bounds received TYPE minmax GRANULARITY 1;

ALTER TABLE ${ce}.envelope MATERIALIZE INDEX received_bounds;
