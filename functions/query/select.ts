import type { BusinessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { type Basis, type Catalogue, type Kpi, type MartShape, withParameter } from './catalogue.ts';
import { join, name, type Statement, sql, trusted, value } from './statement.ts';

/** Only members among these; null is "not assigned". */
export interface Filter {
  readonly column: string;
  readonly members: readonly (string | null)[];
}

/** The members of an answer that are wanted where it has many: those with the largest figures on a day. */
export interface Top {
  readonly day: BusinessDate;
  readonly figure: 'value' | 'numerator' | 'denominator';
  readonly count: number;
}

/** A question whose words were checked against the catalogue. */
export interface Selection {
  readonly kpi: Kpi;
  readonly parameter: number | null;
  readonly basis: Basis;
  readonly mart: MartShape;
  /** Dimensions of the answer in order, those that the KPI always has included. */
  readonly by: readonly string[];
  readonly filters: readonly Filter[];
  /** Rows of the mart that lack an exchange rate: a figure that would sum them is null, `RATE_MISSING`. */
  readonly unrated?: Statement | null;
  /**
   * Some of `by`: the figures by these alone are told, too, in rows whose `is_total` is true. Only where
   * `sumsItsOwnRows`.
   */
  readonly totalBy?: readonly string[];
}

/** Columns of the rows that `selectKpi` gives, beside the dimensions (`d_<dimension>`). */
export interface SelectedRow {
  readonly numerator: string | number | null;
  readonly denominator: string | number | null;
  readonly value: string | number | null;
  readonly reason: string | null;
}

/** Whether a row's numerator and denominator are summed over the same rows: a share of a whole is not. */
export function sumsItsOwnRows({ kpi, by, filters }: Selection): boolean {
  return ![...by, ...filters.map(({ column }) => column)].some((one) => kpi.denominator_over.includes(one));
}

/** The dimensions of an answer: those asked for, then those that the KPI and its basis always have. */
export function answerDimensions(kpi: Kpi, basis: Basis, by: readonly string[]): string[] {
  const always = [...kpi.always_by, ...(basis.by_currency ? ['currency'] : [])];
  return [...new Set([...by, ...always])];
}

/** @throws AlturasError `UNKNOWN_DIMENSION` */
export function dimensionColumn(
  selection: Pick<Selection, 'kpi' | 'mart' | 'basis'>,
  dimension: string,
): string {
  const { basis, mart } = selection;
  const kept = [basis.columns, mart.dimensions].find((columns) => Object.hasOwn(columns, dimension));
  const column = kept?.[dimension];
  if (column !== undefined) return column;
  const known = Object.keys(mart.dimensions);
  throw unknownDimension(dimension, `${selection.kpi.id} has no dimension "${dimension}".`, known);
}

/** `UNKNOWN_DIMENSION`: the figure is not kept by what was asked for. */
export function unknownDimension(dimension: string, message: string, known: readonly string[]): AlturasError {
  return new AlturasError('usage', 'UNKNOWN_DIMENSION', message, {
    value: dimension,
    expected: known.join(', '),
    hint: `${didYouMean(dimension, known)}Take it from --by and --where, or name one of these.`,
  });
}

/**
 * The SQL of a KPI over rows of its mart: one row per combination of the dimensions, numerator and denominator
 * summed, never an average of ratios. The text is of the shared subset: other engines take it, too.
 * @param from a SELECT of the mart's rows of the days asked for
 * @param period null for a stock
 */
export function selectKpi(selection: Selection, from: Statement, period: string | null): Statement {
  const { kpi, basis, by, filters, totalBy } = selection;
  const rows = martRows(selection, from, period);
  // What the denominator is summed over whole, a filter does not narrow in it.
  const wholeFilters = filters.filter(({ column }) => !kpi.denominator_over.includes(column));
  const wholeRows = martRows({ ...selection, filters: wholeFilters }, from, period);
  const text = (part: string): Statement => trusted(withParameter(kpi, part, selection.parameter));
  const dimensions = by.map((dimension) => ({
    dimension,
    column: name(dimensionColumn(selection, dimension)),
    alias: name(`d_${dimension}`),
    shared: !kpi.denominator_over.includes(dimension),
  }));
  // A sum over no rows is nothing, not unknown: the day is built, so there was no such receipt.
  const numerator =
    basis.denominator === undefined ? sql`coalesce(${text(basis.numerator)}, 0)` : text(basis.numerator);
  const denominator =
    basis.denominator === undefined ? trusted('cast(null as double)') : text(basis.denominator);
  const scale = basis.scale === undefined ? trusted('1') : text(basis.scale);
  const ownReason = kpi.reason === undefined ? trusted('cast(null as varchar)') : text(kpi.reason);
  const { unrated } = selection;
  const lacking = unrated && sql`count(*) filter (where ${unrated}) > 0`;
  const reason = lacking ? sql`case when ${lacking} then 'RATE_MISSING' else ${ownReason} end` : ownReason;
  const wholeReason = lacking ? sql`, case when ${lacking} then 'RATE_MISSING' end as reason` : trusted('');
  const notes = Object.entries(kpi.notes).map(([note, part]) => ({
    alias: name(`n_${note}`),
    part: text(part),
  }));
  const listed = (pieces: readonly Statement[]): Statement => join(pieces, ', ');
  const grouped = (keep: readonly (typeof dimensions)[number][]): Statement =>
    keep.length === 0 ? trusted('') : sql` group by ${listed(keep.map(({ column }) => column))}`;
  const shown = (keep: readonly (typeof dimensions)[number][]): Statement[] =>
    keep.map(({ column, alias }) => sql`${column} as ${alias}`);
  const whole = dimensions.filter(({ shared }) => shared);
  const kept = dimensions.filter(({ dimension }) => totalBy?.includes(dimension) ?? true);
  const dropped = dimensions.find((one) => !kept.includes(one));
  const set = (keep: typeof dimensions): Statement => sql`(${listed(keep.map(({ column }) => column))})`;
  const parts = sql`select ${listed([
    ...shown(dimensions),
    sql`${numerator} as numerator, ${denominator} as denominator, ${scale} as scale, ${reason} as reason`,
    ...notes.map(({ part, alias }) => sql`${part} as ${alias}`),
    ...(dropped ? [sql`grouping(${dropped.column}) = 1 as is_total`] : []),
  ])} from (${rows}) as mart_rows${
    dropped ? sql` group by grouping sets (${set(dimensions)}, ${set(kept)})` : grouped(dimensions)
  }`;
  const aliases = dimensions.map(({ alias }) => alias);
  const noted = [...notes.map(({ alias }) => alias), ...(dropped ? [name('is_total')] : [])];
  const ofPart = (alias: Statement): Statement => sql`p.${alias}`;
  // Where nothing of a whole passes the filters, that is a part of 0; a member without rows is not told of at all.
  const isKept = whole.length === dimensions.length;
  const told = sumsItsOwnRows(selection)
    ? parts
    : sql`select ${listed([
        ...(isKept ? aliases.map((alias) => sql`w.${alias}`) : aliases.map(ofPart)),
        sql`case when p.scale is null then 0 else p.numerator end as numerator, w.denominator, w.scale, ${trusted(lacking ? 'coalesce(w.reason, p.reason) as reason' : 'p.reason')}`,
        ...noted.map(ofPart),
      ])} from (${parts}) p ${trusted(isKept ? 'right join' : 'join')} (select ${listed([
        ...shown(whole),
        sql`${denominator} as denominator, ${scale} as scale${wholeReason}`,
      ])} from (${wholeRows}) as mart_rows${grouped(whole)}) w on ${
        whole.length === 0
          ? trusted('true')
          : join(
              whole.map(({ alias }) => sql`p.${alias} is not distinct from w.${alias}`),
              ' and ',
            )
      }`;
  const figure =
    basis.denominator === undefined
      ? trusted(basis.scale === undefined ? 'numerator' : 'numerator * scale')
      : trusted('cast(numerator as double) / nullif(cast(denominator as double), 0) * scale');
  const sign =
    basis.denominator === undefined
      ? trusted('reason')
      : trusted(
          "coalesce(reason, case when coalesce(denominator, 0) = 0 then 'ZERO_DENOMINATOR' when denominator < 0 then 'NEGATIVE_DENOMINATOR' end)",
        );
  const judged = sql`select ${listed([
    ...aliases,
    sql`numerator, denominator, scale, ${sign} as reason`,
    ...noted,
  ])} from (${told}) as told`;
  const ordered =
    dimensions.length === 0
      ? trusted('')
      : sql` order by ${listed(aliases.map((alias) => sql`${alias} nulls last`))}`;
  // Nested, not named: the engine would make every column of a named part before it uses three of them.
  return sql`select *, case when reason is null then ${figure} end as value from (${judged}) as judged${ordered}`;
}

/**
 * Of all rows that `selectKpi` gives of some days, those of the members that are the largest on one day, in the same
 * order; `members` counts all that there are.
 * @param day the dimension that holds the day
 * @param withTotals whether there are rows of totals among them: they stay, too
 */
export function largestOf(
  rows: Statement,
  day: string,
  by: readonly string[],
  top: Top,
  withTotals: boolean,
): Statement {
  const members = by.map((dimension) => name(`d_${dimension}`));
  const list = join(members, ', ');
  const ordered = join(
    members.map((member) => sql`${member} nulls last`),
    ', ',
  );
  const same = join(
    members.map((member) => sql`t.${member} is not distinct from a.${member}`),
    ' and ',
  );
  const member = trusted(withTotals ? 'not is_total' : 'true');
  const totals = trusted(withTotals ? ' union all select *, 0 as members from every where is_total' : '');
  return sql`with every as materialized (${rows}),
top as (
  select ${list} from every where ${member} and ${name(`d_${day}`)} = date ${value(top.day)}
  order by ${name(top.figure)} desc nulls last, ${ordered} limit ${trusted(String(Math.trunc(top.count)))}
)
select * from (
  select a.*, (select count(*) from (select ${list} from every where ${member} group by ${list})) as members
  from every a join top t on ${same} where ${member}${totals}
) as largest order by ${name(`d_${day}`)}, ${ordered}`;
}

/** The rows of the mart that take part: of the period, of the basis, of the filters. */
function martRows(selection: Selection, from: Statement, period: string | null): Statement {
  const { basis, kpi, filters } = selection;
  const conditions = [
    trusted('true'),
    ...(period === null ? [] : [sql`period = ${value(period)}`]),
    ...(basis.where === undefined
      ? []
      : [sql`(${trusted(withParameter(kpi, basis.where, selection.parameter))})`]),
    ...filters.map((filter) => amongMembers(dimensionColumn(selection, filter.column), filter.members)),
  ];
  return sql`select * from (${from}) where ${join(conditions, ' and ')}`;
}

/** A row's column is one of some members; of none when there are none. */
export function amongMembers(column: string, members: readonly (string | null)[]): Statement {
  const given = members.filter((member): member is string => member !== null);
  const listed = given.length === 0 ? [] : [sql`${name(column)} in (${join(given.map(value), ', ')})`];
  const unassigned = members.includes(null) ? [sql`${name(column)} is null`] : [];
  const either = [...listed, ...unassigned];
  return either.length === 0 ? trusted('false') : sql`(${join(either, ' or ')})`;
}

/** The shape of a KPI's mart. @throws AlturasError when the catalogue lacks it (readCatalogue has checked) */
export function martOf(catalogue: Catalogue, kpi: Kpi): MartShape {
  const mart = catalogue.marts[kpi.from];
  if (!mart) throw new AlturasError('internal', 'BAD_CATALOGUE', `No mart ${kpi.from} in the catalogue.`);
  return mart;
}
