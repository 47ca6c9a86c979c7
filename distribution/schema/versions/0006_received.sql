-- What was received since a time, whenever it happened: rows of a machine and group lie nearly in that order too.

ALTER TABLE ${ce}.frame_values
    ADD INDEX IF NOT EXISTS received_bounds received TYPE minmax GRANULARITY 1;

ALTER TABLE ${ce}.frame_values MATERIALIZE INDEX received_bounds;
