import type {
  AskAnswer,
  Catalogue,
  Days,
  Filter,
  Members,
  QuestionInput,
  Session,
} from '../../functions/serve/api.ts';
import { type Day, dayText, isDay, isMonthEnd } from '../format/days.ts';
import { Figures } from '../format/figures.ts';
import { type Language, type Words, wordsOf } from '../words/words.ts';
import type { Api, Look } from './api.ts';
import { type BoardName, chipsOf, type Place } from './place.ts';

/** Exits that belong to one board. */
const BOARD_OF: Readonly<Partial<Record<Session['exits'][number], BoardName>>> = {
  client: 'cliente',
  peers: 'tableros',
  refused: 'salud',
};

/** What the server told at the start, after a new publish, and of a caller whose rights are others than before. */
export interface Ground {
  readonly session: Session;
  readonly catalogue: Catalogue;
  readonly members: Members;
  readonly days: Days;
  /** Functional currency by company. */
  readonly currencies: ReadonlyMap<string, string | null>;
  /** Companies whose whole portfolio is a few millions at most: their columns are in whole units. */
  readonly small: ReadonlySet<string>;
  /** Whether the newest day of a company is tied to the ledger. */
  readonly tied: ReadonlyMap<string, AskAnswer['tie_out']>;
}

export type CatalogueKpi = Catalogue['kpis'][number];
export type Bucket = Catalogue['buckets'][number];

/** A place, and everything needed to ask and to write about it. Immutable: another place is another setting. */
export class Setting {
  readonly api: Api;
  readonly ground: Ground;
  readonly place: Place;
  readonly language: Language;
  readonly words: Words;
  /** The newest day where none, or none that there is yet, was asked for. */
  readonly asOf: Day;
  readonly company: string | null;
  readonly currency: string | null;
  readonly figures: Figures;
  /** Whether this page stands in a frame of another application. */
  readonly embedded: boolean;

  constructor(api: Api, ground: Ground, place: Place, embedded: boolean) {
    this.api = api;
    this.ground = ground;
    this.place = place;
    this.embedded = embedded;
    this.language = place.language ?? ground.session.locale;
    this.words = wordsOf(this.language);
    this.asOf = place.asOf === null || this.isAhead ? ground.days.newest : place.asOf;
    const companies = this.companies;
    this.company =
      companies.find(({ member }) => member === place.company)?.member ?? companies[0]?.member ?? null;
    this.currency = this.company === null ? null : (ground.currencies.get(this.company) ?? null);
    this.figures = new Figures(this.language, this.currency, ground.small.has(this.company ?? ''));
  }

  /** Whether the day asked for is one of which nothing is published yet. */
  get isAhead(): boolean {
    return (this.place.asOf ?? '') > this.ground.days.newest;
  }

  /** How clients are looked at from here. */
  get look(): Look {
    return { as_of: this.asOf, known_at: this.place.knownAt };
  }

  get companies(): Members['dimensions'][string] {
    return this.ground.members.dimensions.company ?? [];
  }

  /** Company and chips, as filters of a question. */
  get filters(): Filter[] {
    const chips = chipsOf(this.place);
    return this.company === null ? chips : [{ column: 'company', members: [this.company] }, ...chips];
  }

  /** A question under the place's date, knowledge and filters. */
  question(id: string, kpi: string, more: Partial<QuestionInput> = {}): QuestionInput {
    return {
      id,
      kpi,
      as_of: this.asOf,
      ...(this.place.knownAt === null ? {} : { known_at: this.place.knownAt }),
      ...more,
      filters: [...this.filters, ...(more.filters ?? [])],
    };
  }

  kpi(name: string): CatalogueKpi | null {
    const { kpis } = this.ground.catalogue;
    return (
      kpis.find(({ id }) => id === name) ??
      kpis.find(({ id, parameter }) => parameter !== null && id === name.replace(/\d+/, '')) ??
      null
    );
  }

  kpiName(name: string): string {
    const kpi = this.kpi(name);
    return kpi === null ? name : this.withParameter(name, kpi[this.language]);
  }

  /** "Over x days" with the x that a figure was asked for with: par75 is over 75 days. */
  withParameter(name: string, text: string): string {
    const parameter = this.kpi(name)?.parameter;
    const asked = /\d+/.exec(name)?.[0] ?? parameter?.default;
    return parameter ? text.replace(new RegExp(`\\b${parameter.name}\\b`), String(asked)) : text;
  }

  /** The name of a member: what the answer says, else what the list of members says. */
  label(
    column: string,
    member: string | null,
    labels?: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): string {
    if (member === null) return this.words.unassigned;
    if (column === 'bucket' || column === 'policy_bucket' || column === 'from')
      return this.bucketName(member);
    if (column === 'to') return this.words.states[member as keyof Words['states']] ?? this.bucketName(member);
    if (column === 'falls') return this.words.falls[member as keyof Words['falls']] ?? member;
    if (column === 'week' && isDay(member)) return dayText(member, this.language);
    if (column === 'channel') return this.words.channels[member as keyof Words['channels']] ?? member;
    return (
      labels?.[column]?.[member] ??
      this.ground.members.dimensions[column]?.find((entry) => entry.member === member)?.name ??
      member
    );
  }

  /** How the members of a column are called. Those of one name are told apart by their codes. */
  names(
    column: string,
    rows: readonly { readonly dimensions: Readonly<Record<string, string | null>> }[],
    labels?: Parameters<Setting['label']>[2],
  ): (member: string | null) => string {
    const holders = new Map<string, Set<string | null>>();
    for (const { dimensions } of rows) {
      const member = dimensions[column] ?? null;
      const name = this.label(column, member, labels);
      holders.set(name, (holders.get(name) ?? new Set()).add(member));
    }
    return (member) => {
      const name = this.label(column, member, labels);
      return member !== null && (holders.get(name)?.size ?? 0) > 1 ? `${name} · ${member}` : name;
    };
  }

  bucketName(altura: string): string {
    const known = this.words.buckets[altura as keyof Words['buckets']];
    if (known !== undefined) return known;
    const bucket = this.ground.catalogue.buckets.find((entry) => entry.altura === altura);
    return bucket === undefined || bucket.from === null
      ? altura
      : this.words.bucketDays(bucket.from, bucket.to);
  }

  /** How much of its month a figure tells, where it counts from the start of one that is not over; else null. */
  partial(
    kpi: string,
    asOf = this.asOf,
    period: string | undefined = this.kpi(kpi)?.periods[0],
  ): string | null {
    if (period !== 'month' || isMonthEnd(asOf)) return null;
    return this.words.status.partial(String(Number(asOf.slice(8))));
  }

  reason(code: string | null): string {
    const known = this.words.reasons[code as keyof Words['reasons']];
    return known ?? this.words.reasons.other;
  }

  /** Whether the session has an exit, and the board that it belongs to. */
  mayTake(exit: Session['exits'][number]): boolean {
    const board = BOARD_OF[exit];
    return this.ground.session.exits.includes(exit) && (board === undefined || this.mayShow(board));
  }

  mayShow(board: BoardName): boolean {
    return this.ground.session.boards.includes(board);
  }

  /** Everything that a board's figures depend on: when this stays the same, nothing is asked again. */
  get key(): string {
    const { board, knownAt, filters, own } = this.place;
    const { days, session } = this.ground;
    return JSON.stringify([
      board,
      // Refusals and labels come in the language that was asked in.
      this.language,
      this.asOf,
      knownAt,
      this.company,
      filters,
      own,
      days.publish,
      session.policy,
    ]);
  }
}
