import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { lakeKeys } from '../contracts/delivery.ts';
import type { Feed } from '../contracts/feed.ts';
import { type FeedName, feedOf } from '../contracts/feeds.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { headerNames, matchHeader } from './header.ts';
import type { OfferedDelivery, OfferedFile } from './offered.ts';
import { type FileScan, hashFile, peekCsv, scanCsv } from './scan.ts';
import type { SourceFile } from './source.ts';
import type {
  DeliveryWork,
  Draft,
  FeedWork,
  LandingContext,
  OpenedFeed,
  OpenedFile,
  ReadFile,
} from './work.ts';
import { allowsXlsx, xlsxAsCsv } from './xlsx.ts';

/** A file's bytes: their hash and, for a CSV, its lines. */
export interface ScannedFile {
  readonly sha256: string;
  readonly scan: FileScan | null;
}

/** The identity of a delivery. */
export interface ScannedDelivery {
  readonly delivery: string;
  readonly controlHash: string;
  /** In the order of the control file. */
  readonly files: readonly ScannedFile[];
}

export function controlHashOf(offer: OfferedDelivery): string {
  return sha256(canonicalJson(offer.control));
}

/**
 * Hashes the files of a delivery and counts their lines; the hashes and the control file give it its name.
 * @throws AlturasError `FILE_DAMAGED`
 */
export async function scanDelivery(offer: OfferedDelivery): Promise<ScannedDelivery> {
  const files: ScannedFile[] = [];
  for (const file of offer.files) {
    if (file.format === 'csv') {
      const scan = await scanCsv(file);
      files.push({ sha256: scan.sha256, scan });
    } else files.push({ sha256: await hashFile(file.path), scan: null });
  }
  const controlText = canonicalJson(offer.control);
  const delivery = sha256([controlText, ...files.map((file) => file.sha256)].join('\n')).slice(0, 16);
  return { delivery, controlHash: sha256(controlText), files };
}

/**
 * Compares every file with its feed's contract and groups them by feed.
 * @throws AlturasError `HEADER_MISMATCH`, `FILE_DAMAGED`, `FLOAT_COLUMN`, `XLSX_NOT_ALLOWED`, `MAPPING_FILE_NAME`
 */
export async function openDelivery(
  session: Session,
  offer: OfferedDelivery,
  context: LandingContext,
): Promise<Map<FeedName, OpenedFeed>> {
  const feeds = new Map<FeedName, OpenedFeed>();
  for (const file of offer.files) {
    const opened = await openFile(session, file, offer, context);
    const feed = feeds.get(file.feed);
    feeds.set(file.feed, {
      name: file.feed,
      feed: feedOf(file.feed),
      mapping: context.mapping?.feeds[file.feed],
      files: [...(feed?.files ?? []), opened],
    });
  }
  return feeds;
}

/** Puts together what opening, drafting and scanning a delivery told. */
export function workOf(
  offer: OfferedDelivery,
  scanned: ScannedDelivery,
  opened: ReadonlyMap<FeedName, OpenedFeed>,
  drafts: ReadonlyMap<FeedName, Draft>,
): DeliveryWork {
  const scans = new Map(offer.files.map((file, at) => [file, scanned.files[at]]));
  const feeds = new Map<FeedName, FeedWork>();
  for (const [name, feed] of opened) {
    let regular = true;
    const files = feed.files.map((file): ReadFile => {
      const scan = scans.get(file.offer);
      const counted = file.counted ?? scan?.scan;
      if (!scan || !counted) throw new TypeError(`${file.offer.path} was not scanned`);
      regular &&= counted.regular;
      return { offer: file.offer, source: file.source, sha256: scan.sha256, rows: counted.rows };
    });
    feeds.set(name, {
      name,
      feed: feed.feed,
      mapping: feed.mapping,
      files,
      physicalRows: files.reduce((sum, file) => sum + file.rows, 0),
      draft: regular ? (drafts.get(name) ?? null) : null,
      converted: null,
    });
  }
  const { delivery, controlHash } = scanned;
  return {
    offer,
    delivery,
    controlHash,
    feeds,
    findings: [],
    refusal: null,
    staysRefused: false,
    companies: null,
    described: null,
    latestMovement: null,
    states: {},
  };
}

async function openFile(
  session: Session,
  file: OfferedFile,
  delivery: OfferedDelivery,
  context: LandingContext,
): Promise<OpenedFile> {
  const feed = feedOf(file.feed);
  const mapping = context.mapping?.feeds[file.feed];
  if (mapping?.files !== undefined && !matchesName(file.name, mapping.files)) {
    throw new AlturasError(
      'input',
      'MAPPING_FILE_NAME',
      `The mapping of ${feed.name} is not for this file.`,
      {
        file: file.path,
        expected: mapping.files,
        safe: 'nothing of this delivery was landed',
      },
    );
  }
  if (file.format === 'parquet') return openParquet(session, file, feed, mapping);
  if (file.format === 'csv') {
    const encoding = mapping?.encoding ?? delivery.control.encoding ?? 'utf-8';
    const source = csvSource(file, file, await peekCsv(file), mapping, encoding, mapping?.delimiter ?? ',');
    return { offer: file, source, counted: null };
  }
  if (!allowsXlsx(feed)) {
    throw new AlturasError('input', 'XLSX_NOT_ALLOWED', `${feed.name} cannot be delivered as XLSX.`, {
      file: file.path,
      expected: 'CSV or Parquet: numbers in a workbook are floats, and this feed holds money or rates',
      safe: 'nothing of this delivery was landed',
    });
  }
  const path = join(context.scratch, `${randomUUID()}.csv`);
  await xlsxAsCsv(file.path, path);
  const converted: OfferedFile = { ...file, path, format: 'csv' };
  const scan = await scanCsv(converted);
  return { offer: file, source: csvSource(file, converted, scan, mapping, 'utf-8', ','), counted: scan };
}

function csvSource(
  delivered: OfferedFile,
  readable: OfferedFile,
  start: Pick<FileScan, 'header' | 'newline'>,
  mapping: FeedMapping | undefined,
  encoding: 'utf-8' | 'latin-1',
  delimiter: string,
): SourceFile {
  const names = headerNames(start.header, encoding, delimiter);
  return {
    path: readable.path,
    format: 'csv',
    encoding,
    delimiter,
    newline: start.newline,
    compression: readable.compression,
    names,
    origins: matchHeader(delivered.path, names, feedOf(delivered.feed), mapping, {
      line: start.header,
      encoding,
      delimiter,
    }),
  };
}

async function openParquet(
  session: Session,
  file: OfferedFile,
  feed: Feed,
  mapping: FeedMapping | undefined,
): Promise<OpenedFile> {
  const { path } = file;
  const relation = `read_parquet(${literal(path)})`;
  let columns: Awaited<ReturnType<Session['describe']>>;
  let rows: number;
  try {
    columns = await session.describe(`SELECT * FROM ${relation}`);
    rows = Number((await session.rows(`SELECT count(*) AS n FROM ${relation}`))[0]?.n);
  } catch (cause) {
    throw new AlturasError(
      'input',
      'FILE_DAMAGED',
      `${path} cannot be read as Parquet.`,
      { file: path, safe: 'nothing of this delivery was landed', hint: 'deliver the file again' },
      cause,
    );
  }
  const names = columns.map((column) => column.name);
  const origins = matchHeader(path, names, feed, mapping);
  const floats = columns.filter((column) => column.type === 'DOUBLE' || column.type === 'FLOAT');
  if (floats.length > 0) {
    throw new AlturasError('input', 'FLOAT_COLUMN', `${path} holds numbers as floats.`, {
      file: path,
      column: floats.map((column) => column.name).join(', '),
      expected: 'DECIMAL or text: a float cannot hold an amount exactly',
      safe: 'nothing of this delivery was landed',
    });
  }
  const source: SourceFile = {
    path,
    format: 'parquet',
    encoding: 'utf-8',
    delimiter: ',',
    newline: '\n',
    compression: 'none',
    names,
    origins,
  };
  return { offer: file, source, counted: { rows, regular: true } };
}

function matchesName(name: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}

/** Where the bytes of a delivery lie in the lake, file by file. */
export function landingKeys(
  offer: OfferedDelivery,
  delivery: string,
): { readonly key: string; readonly path: string }[] {
  const key = (name: string): string => lakeKeys.landing(offer.asOf, delivery, name);
  return [
    ...offer.files.map((file) => ({ key: key(file.name), path: file.path })),
    { key: key('control.json'), path: join(offer.folder, 'control.json') },
  ];
}
