-- Trino's functions that DuckDB lacks, or means differently. With them one SELECT text gives the same cells on
-- both engines. Every macro here is on the allow-list of functions/warehouse/functions.ts, and every one is
-- tested (test/unit/engine/trinoMacros.test.ts) against what Trino 476 answers.

-- Dates. date_add takes and gives a DATE: a TIMESTAMP does not bind, so no day silently becomes midnight.
CREATE MACRO date_add(unit, n, d) AS CASE lower(unit)
  WHEN 'day' THEN d + CAST(n AS INTEGER)
  WHEN 'week' THEN d + CAST(7 * n AS INTEGER)
  WHEN 'month' THEN CAST(d + to_months(CAST(n AS INTEGER)) AS DATE)
  WHEN 'quarter' THEN CAST(d + to_months(CAST(3 * n AS INTEGER)) AS DATE)
  WHEN 'year' THEN CAST(d + to_years(CAST(n AS INTEGER)) AS DATE)
  ELSE error('date_add: unknown unit ' || unit) END;
-- Whole periods, as Trino counts them; DuckDB's own date_diff counts boundaries crossed.
CREATE MACRO date_diff(unit, a, b) AS date_sub(unit, a, b);
CREATE MACRO last_day_of_month(d) AS last_day(d);
CREATE MACRO day_of_week(d) AS isodow(d);
CREATE MACRO day_of_month(d) AS day(d);
CREATE MACRO day_of_year(d) AS dayofyear(d);
CREATE MACRO date_format(d, f) AS strftime(d, replace(f, '%i', '%M'));
CREATE MACRO from_iso8601_date(s) AS CAST(s AS DATE);

-- Comparison: a null makes the answer null (DuckDB's own skips it).
CREATE MACRO greatest(a, b) AS CASE WHEN a >= b THEN a WHEN a < b THEN b END,
  (a, b, c) AS CASE WHEN a >= b AND a >= c THEN a WHEN b >= a AND b >= c THEN b WHEN c >= a AND c >= b THEN c END;
CREATE MACRO least(a, b) AS CASE WHEN a <= b THEN a WHEN a > b THEN b END,
  (a, b, c) AS CASE WHEN a <= b AND a <= c THEN a WHEN b <= a AND b <= c THEN b WHEN c <= a AND c <= b THEN c END;
CREATE MACRO is_nan(x) AS isnan(x);

-- Text.
CREATE MACRO concat(a, b) AS a || b,
  (a, b, c) AS a || b || c,
  (a, b, c, d) AS a || b || c || d,
  (a, b, c, d, e) AS a || b || c || d || e;
CREATE MACRO regexp_like(s, p) AS regexp_matches(s, p);
CREATE MACRO json_extract_scalar(j, p) AS json_extract_string(j, p);

-- Lists and aggregates.
CREATE MACRO sequence(a, b) AS generate_series(a, b), (a, b, s) AS generate_series(a, b, s);
CREATE MACRO element_at(l, i) AS l[i];
CREATE MACRO cardinality(l) AS len(l);
CREATE MACRO array_join(l, s) AS array_to_string(l, s);
CREATE MACRO max_by(x, y) AS arg_max_null(x, y);
CREATE MACRO min_by(x, y) AS arg_min_null(x, y);

CREATE MACRO fail(m) AS error(m);
