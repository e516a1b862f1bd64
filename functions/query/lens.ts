import { AlturasError } from '../core/errors.ts';
import { identifier, literal } from '../engine/duckdb.ts';
import type { Project } from '../warehouse/project.ts';
import type { MartShape } from './catalogue.ts';
import { isOrigin, ORIGIN_DIMENSIONS, withOrigins } from './origin.ts';
import { type Filter, unknownDimension } from './select.ts';

/**
 * What a mart does not keep can still be asked of it: the same model texts run over the base relations seen through
 * a lens, which puts another attribute of the row (client, policy, receipt, whoever answered for it when it was
 * issued) in the place of a holder that the question does not use, or lets only some rows through. No second formula
 * is written.
 */
export interface Lens {
  /** By base relation, the SELECT that stands in for it. */
  readonly views: ReadonlyMap<string, string>;
  /** The mart's dimensions with those that the lens added, by the column that now holds them. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Whether the views read what `originsBeside` gives. */
  readonly origins: boolean;
}

/** The stored relations from which every mart is made, and where each keeps an attribute. */
const BASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  position: { client: 'client_id', policy: 'policy_no', receipt: 'receipt_no', channel: 'channel' },
  flow: { client: 'client_id', policy: 'policy_no', receipt: 'receipt_no', channel: 'channel' },
  unapplied: { client: 'client_id', policy: 'policy_no', receipt: 'payment_no', channel: 'channel' },
};

/**
 * Marts whose rows, one per combination of holders, add up to other marts: few, and often made already. What they are
 * made of is among them, or a base: a cube that is looked at is itself made of what nobody looked at.
 */
export const CUBES = ['aging', 'month_total', 'recovery', 'roll_rates'] as const;

/** Parts of their rows, found by receipt or movement: the same ones behind every lens. */
const PARTS = ['intermediary_part', 'flow_part'] as const;

/** When a company joined is told of all of it, whatever rows a question is narrowed to. */
const WHOLE = ['month_opening'] as const;

/** Relations that a lens over cubes puts a SELECT of its own in the place of. */
export const LOOKED_AT: readonly string[] = [...Object.keys(BASES), ...PARTS, ...CUBES, ...WHOLE];

/** Base relations that cannot be seen as parts. */
const UNPARTED = ['flow', 'unapplied'] as const;

/** Receipts as they are shared: a row for each intermediary, with its part of every amount that a mart sums. */
const PARTED_POSITION = `select p.* replace (${[
  'intermediary',
  'open_total',
  'booked_total',
  'closing_total',
  'closing_net',
]
  .map((column) => `coalesce(i.${column}, p.${column}) as ${column}`)
  .join(', ')}) from ${source('position')} p left join ${source('intermediary_part')} i
  on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no`;

/** Attributes beyond a mart's dimensions that a lens can show; holders only where the mart does not keep them. */
export const LENS_DIMENSIONS = [
  'client',
  'policy',
  'receipt',
  'channel',
  'advisor',
  'clerk',
  ...ORIGIN_DIMENSIONS,
] as const;

/** Those of them that hold several receipts: a ranking or a countback of single receipts says nothing. */
export const GROUPS = ['client', 'policy', 'channel', ...ORIGIN_DIMENSIONS] as const;

/** Holders whose place may be taken, the least asked for first. `intermediary` is not: its amounts are split. */
const PLACES = ['clerk', 'advisor', 'line', 'office'] as const;

/** Those who take debts over from others, and on whose first holder a receipt's punctuality is counted. */
const HEIRS = ['clerk', 'advisor', 'office'] as const;

const isHeir = (dimension: string): boolean => HEIRS.some((heir) => heir === dimension);

/** Whose place members may take in a long mart: an heir's before a line's where one of those asked for is an heir. */
const longPlaces = (asked: readonly string[]): readonly string[] =>
  asked.some(isHeir) ? [...HEIRS, 'line'] : ['line', ...HEIRS];

/** Holder columns that every base relation has. */
export const HOLDERS = ['company', 'office', 'advisor', 'clerk', 'line', 'intermediary', 'currency'] as const;

/** Columns that a view takes from `withOrigins` and no mart knows. */
const WITHOUT_ORIGINS = `exclude (${ORIGIN_DIMENSIONS.join(', ')})`;

/** Stands between the members of a composite member; no code holds it. */
const BETWEEN = '\u001f';
/** A member that is not assigned, inside a composite member. */
const NOBODY = '\u001e';

/**
 * A lens for the dimensions of a question that a cube does not keep; null when it keeps them all.
 * @param read the words of the formula: a holder that it names itself keeps its place
 * @throws AlturasError `UNKNOWN_DIMENSION`, `TOO_MANY_DIMENSIONS`
 */
export function cubeLens(mart: MartShape, asked: readonly string[], read: ReadonlySet<string>): Lens | null {
  const extras = [...new Set(asked)].filter((dimension) => !Object.hasOwn(mart.dimensions, dimension));
  if (extras.length === 0) return null;
  for (const extra of extras) {
    if (!LENS_DIMENSIONS.some((dimension) => dimension === extra)) {
      const known = [...new Set([...Object.keys(mart.dimensions), ...LENS_DIMENSIONS])];
      throw unknownDimension(extra, `There is no dimension "${extra}" here.`, known);
    }
  }
  const free = PLACES.filter(
    (place) => !asked.includes(place) && !read.has(place) && mart.dimensions[place] === place,
  );
  const places = new Map(extras.map((extra, at) => [extra, free[at]]));
  const unplaced = [...places].find(([, place]) => place === undefined);
  if (unplaced) {
    throw new AlturasError(
      'usage',
      'TOO_MANY_DIMENSIONS',
      `There is no room for "${unplaced[0]}" beside the others.`,
      {
        expected: 'fewer dimensions and filters in one question',
      },
    );
  }
  const origins = extras.some(isOrigin);
  const views = lensOver((base, attributes) => {
    const shown = [...places].map(
      ([extra, place]) => `${identifier(attributes[extra] ?? extra)} as ${identifier(place ?? '')}`,
    );
    return origins
      ? `select * ${WITHOUT_ORIGINS} replace (${shown.join(', ')}) from ${withOrigins(base)}`
      : `select * replace (${shown.join(', ')}) from ${source(base)}`;
  });
  return {
    views,
    origins,
    dimensions: { ...mart.dimensions, ...Object.fromEntries(places) } as Record<string, string>,
  };
}

/** How a question is put to a mart that keeps one dimension at a time. */
export interface LongQuestion {
  /** The value of the mart's column `dimension`. */
  readonly dimension: string;
  /** Null when published rows answer. */
  readonly lens: Lens | null;
  /** The members that the mart's `member` holds, in order, as dimensions of the answer. */
  readonly members: readonly string[];
  /** Filters that are left to apply to `member`. */
  readonly memberFilters: readonly Filter[];
}

/**
 * The company is a column of its own in every long mart; any other dimension is one of its rows. Two dimensions, or
 * a filter on another one, run the mart again over narrowed relations with a composite member: over the cubes that
 * it is made of where these keep all that is touched, so that its rows add up to what the mart itself says.
 * @param footing the relations that it is narrowed in (see `footingOf`)
 * @param read the words of the formula: a holder that it names itself keeps its place where another can make way
 * @throws AlturasError `UNKNOWN_DIMENSION`, `SPLIT_DIMENSION`
 */
export function longQuestion(
  mart: MartShape,
  by: readonly string[],
  filters: readonly Filter[],
  footing: ReadonlySet<string>,
  read: ReadonlySet<string>,
): LongQuestion {
  const known = Object.keys(mart.dimensions);
  const asked = by.filter((dimension) => dimension !== 'company');
  const narrowing = filters.filter(({ column }) => column !== 'company');
  const answerable: readonly string[] = [...new Set([...known, ...HOLDERS, ...GROUPS])];
  for (const dimension of [...asked, ...narrowing.map(({ column }) => column)]) {
    if (!answerable.includes(dimension)) {
      throw unknownDimension(dimension, `There is no dimension "${dimension}" here.`, answerable);
    }
  }
  const [only] = asked;
  // One member of one dimension is a row of the mart: with its own target and its own place.
  const single = only ?? singleOf(narrowing) ?? undefined;
  const kept = single === undefined || known.includes(single);
  const direct = kept && asked.length <= 1 && narrowing.every(({ column }) => column === single);
  if (direct) {
    return {
      dimension: single ?? 'total',
      lens: null,
      members: asked,
      memberFilters: narrowing,
    };
  }
  const touched = new Set([...asked, ...narrowing.map(({ column }) => column)]);
  const inCubes = [...touched].every((dimension) => HOLDERS.some((holder) => holder === dimension));
  const inParts = touched.has('intermediary');
  const origins = [...touched].some(isOrigin);
  if (inParts && !(inCubes && UNPARTED.every((base) => !footing.has(base)))) {
    throw new AlturasError(
      'usage',
      'SPLIT_DIMENSION',
      'This figure cannot be narrowed by intermediary together with client, policy, channel or whoever answered at origination.',
      {
        expected: 'intermediary with other holders, or these without intermediary',
        hint: 'Amounts are split among intermediaries; ask for the parts of this figure, which add up.',
      },
    );
  }
  // The place must be one that the mart keeps rows for; its own holder makes way.
  const places = longPlaces(asked).filter((holder) => known.includes(holder));
  const unused = places.filter((holder) => !touched.has(holder));
  const place = unused.find((holder) => !read.has(holder)) ?? unused[0] ?? places[0] ?? 'line';
  const seen = lensOver(
    (base, attributes) => {
      const columnOf = (dimension: string): string => identifier(attributes[dimension] ?? dimension);
      const held =
        asked.length === 1
          ? columnOf(asked[0] ?? '')
          : `concat_ws(${literal(BETWEEN)}, ${asked.map((dimension) => `coalesce(${columnOf(dimension)}, ${literal(NOBODY)})`).join(', ')})`;
      const member =
        asked.length === 0
          ? ''
          : ` replace (${[`${held} as ${identifier(place)}`, ...inheritance(base, place, asked)].join(', ')})`;
      const conditions = narrowing.map(({ column, members }) => {
        return among(columnOf(column), members);
      });
      const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
      const whole = inParts && base === 'position' ? `(${PARTED_POSITION})` : source(base);
      return origins
        ? `select * ${WITHOUT_ORIGINS}${member} from ${withOrigins(base)}${where}`
        : `select *${member} from ${whole}${where}`;
    },
    inCubes,
    inParts,
  );
  // A target is of a whole member: nothing of it is a part's, and who sees a part does not see the whole one's.
  const views = new Map([...seen, ['targets', `select * from ${source('targets')} where false`]]);
  return {
    dimension: asked.length === 0 ? 'total' : place,
    lens: { views, dimensions: mart.dimensions, origins },
    members: asked,
    memberFilters: [],
  };
}

/** The dimension of filters that let one member of it through; null when there is no such one. */
function singleOf(narrowing: readonly Filter[]): string | null {
  const [first] = narrowing;
  const [member] = first?.members ?? [];
  const isSame = ({ column, members }: Filter): boolean =>
    column === first?.column && members.length === 1 && members[0] === member;
  return first && typeof member === 'string' && narrowing.every(isSame) ? first.column : null;
}

/**
 * The dimension whose member takes debts over in a row of an answer of a long mart: its one heir; null where it has
 * none, or several.
 */
export function heirOf(asked: {
  readonly by: readonly string[];
  readonly filters: readonly Filter[];
}): 'clerk' | 'advisor' | 'office' | null {
  const by = asked.by.filter((dimension) => dimension !== 'company');
  const single = singleOf(asked.filters.filter(({ column }) => column !== 'company'));
  const heirs = HEIRS.filter((heir) => (by.length > 0 ? by.includes(heir) : heir === single));
  const [only = null] = heirs;
  return heirs.length === 1 ? only : null;
}

/** What a member in another's place inherits: what the one holder among those asked for does, else nothing. */
function inheritance(base: string, place: string, asked: readonly string[]): readonly string[] {
  if (!isHeir(place)) return [];
  const heirs = asked.filter(isHeir);
  const heir = heirs.length === 1 ? heirs[0] : undefined;
  if (base === 'position') return [`${heir ? `${heir}_since` : 'cast(null as date)'} as ${place}_since`];
  if (base !== 'recovery') return [];
  return [`${heir ? `inherited_${heir}` : 'cast(0 as decimal(38,2))'} as inherited_${place}`];
}

/** The first relations beneath a mart that a lens may be put on. */
export function footingOf(mart: string, project: Project): ReadonlySet<string> {
  const seen = new Set<string>(LOOKED_AT);
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const model = project.models.find((candidate) => candidate.name === name);
    for (const read of model?.tables ?? [])
      if (seen.has(read)) reached.add(read);
      else visit(read);
  };
  visit(mart);
  return reached;
}

function among(column: string, members: readonly (string | null)[]): string {
  const given = members.filter((one): one is string => one !== null).map(literal);
  const listed = given.length === 0 ? [] : [`${column} in (${given.join(', ')})`];
  const either = [...listed, ...(members.includes(null) ? [`${column} is null`] : [])];
  return either.length === 0 ? 'false' : `(${either.join(' or ')})`;
}

/** The members inside a composite one. */
export function membersOf(composite: string | null, count: number): (string | null)[] {
  if (count === 1) return [composite];
  return (composite ?? '').split(BETWEEN).map((member) => (member === NOBODY ? null : member));
}

/** Members as a composite one; one of them alone is itself. */
export function compositeOf(members: readonly (string | null)[]): string | null {
  const [only = null] = members;
  return members.length === 1 ? only : members.map((member) => member ?? NOBODY).join(BETWEEN);
}

/**
 * @param seen by relation and where it keeps its attributes, the SELECT that stands in for it
 * @param cubes whether cubes have all that is looked at: then they are looked at instead of what they are made of
 * @param parted whether receipts are seen as their parts already, so that there is nothing left to split
 */
function lensOver(
  seen: (base: string, attributes: Readonly<Record<string, string>>) => string,
  cubes = false,
  parted = false,
): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(BASES).map(([base, attributes]) => [base, seen(base, attributes)] as const),
    ...(cubes ? CUBES : []).map((cube) => [cube, seen(cube, {})] as const),
    ...WHOLE.map((one) => [one, `select * from ${source(one)}`] as const),
    ...PARTS.map((part) => [part, `select * from ${source(part)}${parted ? ' where false' : ''}`] as const),
  ]);
}

/** The name under which the relation behind a lens is supplied. */
export function source(base: string): string {
  return `__${base}`;
}
