import type { DeliveryEntry } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import type { BusinessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import type { OfferedDelivery } from './offered.ts';
import { UNTOUCHED } from './reasons.ts';
import type { DeliveryWork, Described } from './work.ts';

/** The companies of a snapshot of receipts; of each whether something of it is open. */
type Companies = ReadonlyMap<string, boolean>;

/** What deliveries so far say of companies: which there are, and which had something open. */
export class CompanyBook {
  readonly #lake: Lake;
  readonly #session: Session;
  readonly #entries: readonly DeliveryEntry[];
  /** Those of the receipts that a delivery brings, and those that it describes. */
  readonly #brought = new Map<
    DeliveryWork,
    { readonly receipts: Companies | null; readonly described: Described | null }
  >();
  readonly #known: Set<string>;
  readonly #accepted: { readonly asOf: BusinessDate; readonly companies: Companies }[] = [];

  private constructor(
    session: Session,
    lake: Lake,
    entries: readonly DeliveryEntry[],
    known: readonly string[],
  ) {
    this.#session = session;
    this.#lake = lake;
    this.#entries = entries;
    this.#known = new Set(known);
  }

  static async open(
    session: Session,
    lake: Lake,
    works: readonly DeliveryWork[],
    entries: readonly DeliveryEntry[],
  ): Promise<CompanyBook> {
    const state = entries.at(-1)?.states.companies;
    const paths = state === undefined ? [] : await lake.localPaths([state]);
    const [known] = await describedIn(session, paths);
    const book = new CompanyBook(session, lake, entries, known?.companies ?? []);
    const brings = (name: FeedName) =>
      works.flatMap((work) => {
        const path = work.feeds.get(name)?.converted?.ledger;
        return path === undefined ? [] : [{ work, path }];
      });
    const [receipts, described] = [brings('receipts'), brings('companies')];
    const open = await companiesOf(
      session,
      receipts.map(({ path }) => path),
    );
    const told = await describedIn(
      session,
      described.map(({ path }) => path),
    );
    for (const work of works)
      book.#brought.set(work, {
        receipts: open[receipts.findIndex((one) => one.work === work)] ?? null,
        described: told[described.findIndex((one) => one.work === work)] ?? null,
      });
    return book;
  }

  /** Why a delivery may not follow those accepted before, as far as its companies are concerned; null when it may. */
  async refuse(work: DeliveryWork): Promise<AlturasError | null> {
    const { receipts = null, described = null } = this.#brought.get(work) ?? {};
    if (receipts === null) return null;
    const known = new Set([...this.#known, ...(described?.companies ?? [])]);
    const unknown = companyUnknown(work.offer, known, receipts);
    if (unknown) return unknown;
    const before = await this.#before(work.offer.asOf);
    return before && companyMissing(work.offer, before, receipts);
  }

  accept(work: DeliveryWork): void {
    const { receipts = null, described = null } = this.#brought.get(work) ?? {};
    for (const company of described?.companies ?? []) this.#known.add(company);
    work.described = described;
    if (receipts === null) return;
    work.companies = [...receipts.keys()].sort();
    this.#accepted.push({ asOf: work.offer.asOf, companies: receipts });
  }

  /** The newest snapshot of a day or, without one, of the last day before it that has one. */
  async #before(asOf: BusinessDate): Promise<{ asOf: BusinessDate; companies: Companies } | null> {
    const newest = <T extends { readonly asOf: string }>(some: readonly T[]): T | null =>
      some.filter((one) => one.asOf <= asOf).reduce<T | null>((a, b) => (a && a.asOf > b.asOf ? a : b), null);
    const mine = newest(this.#accepted);
    const theirs = newest(
      this.#entries.flatMap((entry) => (entry.feeds.receipts ? [{ asOf: entry.as_of, entry }] : [])),
    );
    if (!theirs || (mine && mine.asOf >= theirs.asOf)) return mine;
    const key = theirs.entry.feeds.receipts?.ledger ?? '';
    const [companies = new Map()] = await companiesOf(this.#session, await this.#lake.localPaths([key]));
    return { asOf: theirs.asOf as BusinessDate, companies };
  }
}

/** The companies of every snapshot, in one look. */
async function companiesOf(session: Session, snapshots: readonly string[]): Promise<Companies[]> {
  const found = snapshots.map(() => new Map<string, boolean>());
  if (snapshots.length === 0) return found;
  const rows = await session.rows(
    `SELECT file_index AS place, company, coalesce(bool_or(open_total <> 0), false) AS is_open
     FROM read_parquet([${snapshots.map(literal).join(', ')}], hive_partitioning = false) GROUP BY ALL`,
  );
  for (const { place, company, is_open } of rows)
    found[Number(place)]?.set(String(company), is_open === true);
  return found;
}

/** What every file of the companies feed, or of its state, describes. */
async function describedIn(session: Session, paths: readonly string[]): Promise<Described[]> {
  const found = paths.map(() => ({ companies: new Set<string>(), inferred: new Set<string>() }));
  if (paths.length === 0) return [];
  const rows = await session.rows(
    `SELECT DISTINCT file_index AS place, company, movement_source
     FROM read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false) ORDER BY ALL`,
  );
  for (const { place, company, movement_source } of rows) {
    found[Number(place)]?.companies.add(String(company));
    if (movement_source === 'INFERRED') found[Number(place)]?.inferred.add(String(company));
  }
  return found.map(({ companies, inferred }) => ({ companies: [...companies], inferred: [...inferred] }));
}

/**
 * A snapshot is whole: a company of which something was open does not go without a word. Delivered alone, the others
 * would take its whole balance away.
 * @param before the snapshot of the same day or the last one before it
 * @returns why the delivery is refused; null when no company is missing
 */
function companyMissing(
  offer: OfferedDelivery,
  before: { readonly asOf: BusinessDate; readonly companies: Companies },
  now: Companies,
): AlturasError | null {
  const missing = [...before.companies].filter(([company, isOpen]) => isOpen && !now.has(company));
  const [first] = missing.map(([company]) => company).sort();
  if (first === undefined) return null;
  return new AlturasError(
    'rejected',
    'COMPANY_MISSING',
    `The delivery of ${offer.asOf} has no receipt of ${first}, of which some were open on ${before.asOf}.`,
    {
      file: offer.folder,
      column: 'company',
      value: [...now.keys()].sort().join(', '),
      expected: `receipts of every company: ${[...before.companies.keys()].sort().join(', ')}`,
      safe: UNTOUCHED,
      hint: 'deliver all companies of a day together; one that leaves is delivered once more with its receipts closed',
    },
  );
}

/**
 * Balances of a company that nobody described have no currency and no opening. Corrected under its own cut-off, the
 * delivery is as if nothing had happened; days later it would stay without them.
 * @returns why the delivery is refused; null when all of its companies are known, or none ever was
 */
function companyUnknown(
  offer: OfferedDelivery,
  known: ReadonlySet<string>,
  now: Companies,
): AlturasError | null {
  const [first, ...others] = known.size === 0 ? [] : [...now.keys()].filter((one) => !known.has(one)).sort();
  if (first === undefined) return null;
  return new AlturasError(
    'rejected',
    'COMPANY_UNKNOWN',
    `The delivery of ${offer.asOf} has receipts of ${first}, which companies does not know.`,
    {
      file: offer.folder,
      column: 'company',
      value: [first, ...others].join(', '),
      expected: `one of ${[...known].sort().join(', ')}`,
      safe: UNTOUCHED,
      hint: 'deliver the day again with the missing rows of companies, or with the company spelt as there',
    },
  );
}
