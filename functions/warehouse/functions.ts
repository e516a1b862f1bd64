/**
 * Functions that mean the same on DuckDB (with engine/trinoMacros.sql) and on Trino: each was run on both. A name
 * that is not here is refused, so that a function which one engine gains, or means otherwise, never slips in.
 */
const SCALAR = [
  // arithmetic; `/` and casts have rules of their own
  '+ - * / % abs ceil ceiling floor sign mod sqrt power exp ln log10 is_nan',
  // text
  '|| concat length lower upper trim ltrim rtrim lpad rpad substr substring replace reverse strpos position split_part',
  'starts_with regexp_like ~~ !~~ like_escape not_like_escape chr',
  // dates
  'date_add date_diff date_trunc date_part last_day_of_month day_of_week day_of_month day_of_year from_iso8601_date',
  'year month day quarter hour minute second date_format',
  // choice
  'nullif coalesce greatest least if try_cast',
  // lists
  'sequence element_at cardinality array_join contains unnest',
  'fail',
];

const AGGREGATE = [
  'count count_star sum min max count_if bool_and bool_or any_value array_agg max_by min_by',
  'stddev stddev_samp stddev_pop var_samp var_pop variance corr covar_pop covar_samp regr_slope regr_intercept',
];

const WINDOW = [
  'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value',
];

const words = (lists: readonly string[]): readonly string[] => lists.flatMap((list) => list.split(' '));

export const SHARED_FUNCTIONS: ReadonlySet<string> = new Set(words([...SCALAR, ...AGGREGATE, ...WINDOW]));

/** Why a well-known function is not shared, and what to write instead. */
export const INSTEAD: Readonly<Record<string, string>> = {
  avg: 'divide a sum by a count: Trino rounds the average of decimals to their scale',
  mean: 'divide a sum by a count',
  round:
    'cast(x as decimal(p,s)), or a round directly inside such a cast: the engines give round() other types',
  to_days: "date_add('day', n, d): date plus interval is a timestamp in DuckDB",
  to_months: "date_add('month', n, d)",
  to_years: "date_add('year', n, d)",
  to_weeks: "date_add('week', n, d)",
  to_hours: 'no intervals: compare timestamps, or add days to dates',
  to_minutes: 'no intervals',
  to_seconds: 'no intervals',
  '//': 'cast((a - a % b) / b as bigint) over integers, or avoid it: Trino has no //',
  '**': 'power(a, b)',
  '^': 'power(a, b)',
  '~~*': 'lower(a) like lower(b): Trino has no ILIKE',
  '!~~*': 'lower(a) not like lower(b)',
  listagg: 'array_join(array_agg(x order by y), sep)',
  string_agg: 'array_join(array_agg(x order by y), sep)',
  group_concat: 'array_join(array_agg(x order by y), sep)',
  list: 'array_agg',
  median: 'an exact percentile by row_number()',
  quantile_cont: 'an exact percentile by row_number()',
  approx_quantile: 'an exact percentile by row_number(): sketches differ between engines',
  approx_percentile: 'an exact percentile by row_number(): sketches differ between engines',
  approx_distinct: 'count(distinct x): sketches differ between engines',
  skewness: 'nothing: the engines use other formulas',
  cbrt: 'power(x, 1e0/3)',
  last_day: 'last_day_of_month(d)',
  datediff: "date_diff('day', a, b)",
  datesub: "date_diff('day', a, b)",
  date_sub: "date_diff('day', a, b)",
  isodow: 'day_of_week(d)',
  dayofweek: 'day_of_week(d): Sunday is 7',
  dayofyear: 'day_of_year(d)',
  strftime: 'date_format(d, f)',
  make_date: "date_add('day', n, d) on a date that exists",
  generate_series: 'unnest(sequence(a, b))',
  range: 'unnest(sequence(a, b))',
  regexp_matches: 'regexp_like(s, pattern)',
  regexp_replace: 'replace(), or avoid it: DuckDB replaces the first match, Trino all',
  arg_max: 'max_by(x, y)',
  arg_min: 'min_by(x, y)',
  len: 'length(text) or cardinality(list)',
  md5: 'hash outside SQL',
  sha256: 'hash outside SQL',
  hash: 'hash outside SQL',
  now: 'nothing: a model knows the time of its days only',
  current_date: 'nothing: a model knows the time of its days only',
  current_timestamp: 'nothing: a model knows the time of its days only',
  get_current_timestamp: 'nothing: a model knows the time of its days only',
  today: 'nothing: a model knows the time of its days only',
  random: 'nothing: the same inputs must give the same rows',
  uuid: 'nothing: the same inputs must give the same rows',
};
