/** Words that Trino keeps for itself, or that a careless statement trips over. */
const KEPT_WORDS = new Set(
  (
    'alter and as between by case cast constraint create cross cube current_date current_time current_timestamp current_user ' +
    'deallocate delete describe distinct drop else end escape except execute exists extract false for from full group grouping ' +
    'having in inner insert intersect into is join json_array json_exists json_object json_query json_table json_value left like ' +
    'listagg localtime localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip ' +
    'table then trim true uescape union unnest using values when where with'
  ).split(' '),
);

/** Whether Trino keeps a word for itself, so that no column, table or CTE may have it as its name. */
export function isKeptWord(name: string): boolean {
  return KEPT_WORDS.has(name.toLowerCase());
}
