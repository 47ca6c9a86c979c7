-- The long form, for people: one row a value, without `absent`.
CREATE OR REPLACE VIEW ${ce}.signal AS
SELECT
    v.machine AS machine,
    concat(c.message, '.', c.signal) AS name,
    v.source AS source,
    v.ts AS ts,
    v.ordinal AS ordinal,
    value,
    transform(quality_number, [0, 1, 2, 3, 4, 5],
              ['ok', 'suspect', 'out_of_range', 'stale', 'not_available', 'error'], 'unknown') AS quality,
    c.unit AS unit,
    v.`release` AS `release`
FROM ${ce}.frame_values AS v FINAL
ARRAY JOIN v.`values` AS value, v.qualities AS quality_number, arrayEnumerate(v.`values`) AS place
INNER JOIN (SELECT `group`, slot, message, signal, unit FROM ${ce}.signal_catalogue FINAL) AS c
    ON c.`group` = v.`group` AND c.slot = place - 1
WHERE quality_number != 6;
