import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lakeKeys } from '../contracts/delivery.ts';
import type { Feed } from '../contracts/feed.ts';
import { type FeedName, feedOf } from '../contracts/feeds.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { headerNames, matchHeader } from './header.ts';
import type { Lanes } from './lanes.ts';
import type { OfferedDelivery, OfferedFile } from './offered.ts';
import { hashFile, scanCsv } from './scan.ts';
import type { SourceFile } from './source.ts';
import type { DeliveryWork, FeedWork, LandingContext, ReadFile } from './work.ts';
import { allowsXlsx, xlsxAsCsv } from './xlsx.ts';

/** Bytes read, not judged yet: a file's hash, and what is needed to read it as its feed. */
export interface ScannedFile {
  readonly offer: OfferedFile;
  readonly sha256: string;
  readonly scan: Awaited<ReturnType<typeof scanCsv>> | null;
}

/** The first reading of a delivery: its identity. */
export interface ScannedDelivery {
  readonly offer: OfferedDelivery;
  readonly delivery: string;
  readonly controlHash: string;
  readonly files: readonly ScannedFile[];
}

/** Hashes the files of a delivery and counts their lines; the hashes and the control file give it its name. */
export async function scanDelivery(offer: OfferedDelivery): Promise<ScannedDelivery> {
  const files: ScannedFile[] = [];
  for (const file of offer.files) {
    if (file.format === 'csv') {
      const scan = await scanCsv(file);
      files.push({ offer: file, sha256: scan.sha256, scan });
    } else files.push({ offer: file, sha256: await hashFile(file.path), scan: null });
  }
  const controlText = canonicalJson(offer.control);
  const delivery = sha256([controlText, ...files.map((file) => file.sha256)].join('\n')).slice(0, 16);
  return { offer, delivery, controlHash: sha256(controlText), files };
}

/**
 * Compares every file with its feed's contract and groups them by feed.
 * @throws AlturasError `HEADER_MISMATCH`, `FILE_DAMAGED`, `FLOAT_COLUMN`, `XLSX_NOT_ALLOWED`, `MAPPING_FILE_NAME`
 */
export async function readDelivery(
  scanned: ScannedDelivery,
  context: LandingContext,
  lanes: Lanes,
): Promise<Map<FeedName, FeedWork>> {
  const byFeed = new Map<FeedName, ReadFile[]>();
  for (const file of scanned.files) {
    const read = await readFile(file, scanned, context, lanes);
    byFeed.set(file.offer.feed, [...(byFeed.get(file.offer.feed) ?? []), read]);
  }
  const feeds = new Map<FeedName, FeedWork>();
  for (const [name, files] of byFeed) {
    feeds.set(name, {
      name,
      feed: feedOf(name),
      mapping: context.mapping?.feeds[name],
      files,
      physicalRows: files.reduce((sum, file) => sum + file.rows, 0),
      draft: null,
      converted: null,
    });
  }
  return feeds;
}

export function newWork(scanned: ScannedDelivery, feeds: Map<FeedName, FeedWork>): DeliveryWork {
  const { offer, delivery, controlHash } = scanned;
  return { offer, delivery, controlHash, feeds, findings: [], refusal: null, states: {} };
}

async function readFile(
  file: ScannedFile,
  delivery: ScannedDelivery,
  context: LandingContext,
  lanes: Lanes,
): Promise<ReadFile> {
  const { offer } = file;
  const feed = feedOf(offer.feed);
  const mapping = context.mapping?.feeds[offer.feed];
  if (mapping?.files !== undefined && !matchesName(offer.name, mapping.files)) {
    throw new AlturasError(
      'input',
      'MAPPING_FILE_NAME',
      `The mapping of ${feed.name} is not for this file.`,
      {
        file: offer.path,
        expected: mapping.files,
        safe: 'nothing of this delivery was landed',
      },
    );
  }
  if (offer.format === 'parquet') {
    return lanes.run((session) => readParquet(session, file, feed, mapping));
  }
  if (offer.format === 'csv' && file.scan) {
    const encoding = mapping?.encoding ?? delivery.offer.control.encoding ?? 'utf-8';
    return csvFile(file, offer, file.scan, feed, mapping, encoding, mapping?.delimiter ?? ',');
  }
  if (!allowsXlsx(feed)) {
    throw new AlturasError('input', 'XLSX_NOT_ALLOWED', `${feed.name} cannot be delivered as XLSX.`, {
      file: offer.path,
      expected: 'CSV or Parquet: numbers in a workbook are floats, and this feed holds money or rates',
      safe: 'nothing of this delivery was landed',
    });
  }
  const path = join(context.scratch, `${delivery.delivery}-${offer.name}.csv`);
  await xlsxAsCsv(offer.path, path);
  const converted: OfferedFile = { ...offer, path, format: 'csv', bytes: (await stat(path)).size };
  return csvFile(file, converted, await scanCsv(converted), feed, mapping, 'utf-8', ',');
}

function csvFile(
  file: ScannedFile,
  readable: OfferedFile,
  scan: Awaited<ReturnType<typeof scanCsv>>,
  feed: Feed,
  mapping: FeedMapping | undefined,
  encoding: 'utf-8' | 'latin-1',
  delimiter: string,
): ReadFile {
  const names = headerNames(scan.header, encoding, delimiter);
  const source: SourceFile = {
    path: readable.path,
    format: 'csv',
    encoding,
    delimiter,
    newline: scan.newline,
    compression: readable.compression,
    names,
    origins: matchHeader(file.offer.path, names, feed, mapping),
  };
  return { offer: file.offer, sha256: file.sha256, rows: scan.rows, source, regular: scan.regular };
}

async function readParquet(
  session: Session,
  file: ScannedFile,
  feed: Feed,
  mapping: FeedMapping | undefined,
): Promise<ReadFile> {
  const { path } = file.offer;
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
  return { offer: file.offer, sha256: file.sha256, rows, source, regular: true };
}

function matchesName(name: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}

/** Where the bytes of a delivery lie in the lake, file by file. */
export function landingKeys(scanned: ScannedDelivery): { readonly key: string; readonly path: string }[] {
  const { offer, delivery } = scanned;
  const key = (name: string): string => lakeKeys.landing(offer.asOf, delivery, name);
  return [
    ...scanned.files.map((file) => ({ key: key(file.offer.name), path: file.offer.path })),
    { key: key('control.json'), path: join(offer.folder, 'control.json') },
  ];
}
