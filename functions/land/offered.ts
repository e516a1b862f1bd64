import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Control, control } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { type BusinessDate, businessDate, type LocalTimestamp, localTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { readStrictYaml } from '../core/strictYaml.ts';

const CONTROL = 'control.json';
const NOT_LANDED = 'nothing of this delivery was landed';

export type FileFormat = 'csv' | 'parquet' | 'xlsx';
export type Compression = 'none' | 'gzip' | 'zstd';

/** A file that a control file announces, found on disk. */
export interface OfferedFile {
  readonly feed: FeedName;
  readonly name: string;
  readonly path: string;
  readonly format: FileFormat;
  readonly compression: Compression;
  readonly bytes: number;
  /** Rows and sums that the control file states. */
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>> | undefined;
}

/** A folder with a control file, read but not yet judged. */
export interface OfferedDelivery {
  readonly folder: string;
  readonly control: Control;
  readonly asOf: BusinessDate;
  readonly cutoffAt: LocalTimestamp;
  readonly files: readonly OfferedFile[];
  /** Files in the folder that the control file does not announce. */
  readonly unlisted: readonly string[];
}

const A_DELIVERY = `a folder with a ${CONTROL}, or a folder of such folders`;

/** A folder whose control file or file list cannot be used. */
export interface BrokenOffer {
  readonly folder: string;
  readonly error: AlturasError;
}

/**
 * The deliveries under the given paths: a folder with a control file, or a folder of such folders. In order of
 * cut-off. Folders without a control file are incomplete and left alone.
 * @throws AlturasError `NO_DELIVERY` when there is none at all.
 */
export async function offeredDeliveries(
  paths: readonly string[],
): Promise<{ readonly offers: OfferedDelivery[]; readonly broken: BrokenOffer[] }> {
  const folders = (await Promise.all(paths.map(deliveryFolders))).flat();
  if (folders.length === 0) {
    const [meant] = await foldersOfDeliveries(paths);
    throw new AlturasError('usage', 'NO_DELIVERY', `There is no delivery in ${paths.join(', ')}.`, {
      expected: A_DELIVERY,
      hint:
        meant === undefined
          ? `a delivery is complete, and seen, once its ${CONTROL} is there`
          : `Did you mean ${meant}? Deliveries lie there.`,
    });
  }
  const offers: OfferedDelivery[] = [];
  const broken: BrokenOffer[] = [];
  for (const folder of new Set(folders)) {
    try {
      offers.push(await offeredDelivery(folder));
    } catch (error) {
      if (!(error instanceof AlturasError)) throw error;
      broken.push({ folder, error });
    }
  }
  const order = (offer: OfferedDelivery): string =>
    `${offer.cutoffAt} ${String(offer.control.delivery_number).padStart(16, '0')} ${offer.folder}`;
  offers.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { offers, broken };
}

async function deliveryFolders(path: string): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(path);
  } catch (cause) {
    throw new AlturasError(
      'missing',
      'NO_DELIVERY',
      `${path} cannot be read as a folder.`,
      { file: path, expected: A_DELIVERY, hint: 'name a folder that is there and may be read' },
      cause,
    );
  }
  if (entries.includes(CONTROL)) return [path];
  const complete = await Promise.all(
    entries.sort().map(async (name) => {
      const folder = join(path, name);
      const found = await stat(join(folder, CONTROL)).catch(() => null);
      return found?.isFile() ? [folder] : [];
    }),
  );
  return complete.flat();
}

/** Folders one below the given ones that are folders of deliveries. */
async function foldersOfDeliveries(paths: readonly string[]): Promise<string[]> {
  const below = await Promise.all(
    paths.map(async (path) =>
      (await readdir(path, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(path, entry.name)),
    ),
  );
  const found = await Promise.all(
    below.flat().map(async (folder) => ((await deliveryFolders(folder)).length > 0 ? [folder] : [])),
  );
  return found.flat().sort();
}

async function offeredDelivery(folder: string): Promise<OfferedDelivery> {
  const path = join(folder, CONTROL);
  const parsed = parseControl(path, await readFile(path, 'utf8'));
  const names = parsed.files.map((file) => file.name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) {
    throw new AlturasError('input', 'CONTROL_INVALID', `${path} announces ${repeated} twice.`, {
      file: path,
      value: repeated,
      expected: 'each file once',
    });
  }
  const files = await Promise.all(
    parsed.files.map(async (file): Promise<OfferedFile> => {
      const filePath = join(folder, file.name);
      const found = await stat(filePath).catch(() => null);
      if (!found?.isFile()) {
        throw new AlturasError(
          'input',
          'FILE_MISSING',
          `${path} announces ${file.name}, which is not there.`,
          {
            file: filePath,
            expected: `${file.rows} rows of ${file.feed}`,
            safe: NOT_LANDED,
            hint: 'deliver the file, or take it off the control file, and land again',
          },
        );
      }
      return {
        feed: file.feed,
        name: file.name,
        path: filePath,
        ...formatOf(filePath),
        bytes: found.size,
        rows: file.rows,
        sums: file.sums,
      };
    }),
  );
  const present = await readdir(folder);
  return {
    folder,
    control: parsed,
    asOf: businessDate(parsed.business_date),
    cutoffAt: localTimestamp(parsed.cutoff_at),
    files,
    unlisted: present.filter((name) => name !== CONTROL && !names.includes(name)).sort(),
  };
}

function parseControl(file: string, text: string): Control {
  try {
    const parsed = control.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    throw new AlturasError(
      'input',
      'CONTROL_INVALID',
      `${file} is not JSON.`,
      {
        file,
        ...lineOf(text, cause),
        expected: 'the JSON that `alturas contract control` describes',
        safe: NOT_LANDED,
        hint: 'correct it and land again',
      },
      cause,
    );
  }
  // JSON is YAML: the second reading gives the place of every fault.
  return readStrictYaml(
    { file, text, code: 'CONTROL_INVALID', described: 'alturas contract control', safe: NOT_LANDED },
    control,
  );
}

/** The line that reading JSON stopped at, and what stands there. */
function lineOf(text: string, cause: unknown): { readonly line?: number; readonly value?: string } {
  const [, position] = /at position (\d+)/.exec(cause instanceof Error ? cause.message : '') ?? [];
  const end = position === undefined ? text.trimEnd().length : Number(position);
  const line = text.slice(0, end).split('\n').length;
  return { line, value: (text.split('\n')[line - 1] ?? '').trim().slice(0, 60) };
}

function formatOf(path: string): { format: FileFormat; compression: Compression } {
  const name = basename(path).toLowerCase();
  if (name.endsWith('.csv')) return { format: 'csv', compression: 'none' };
  if (name.endsWith('.csv.gz')) return { format: 'csv', compression: 'gzip' };
  if (name.endsWith('.csv.zst')) return { format: 'csv', compression: 'zstd' };
  if (name.endsWith('.parquet')) return { format: 'parquet', compression: 'none' };
  if (name.endsWith('.xlsx')) return { format: 'xlsx', compression: 'none' };
  throw new AlturasError('input', 'FILE_FORMAT', `${path} is of no known kind.`, {
    file: path,
    expected: 'a name ending in .csv, .csv.gz, .csv.zst, .parquet or (dimensions and targets only) .xlsx',
    safe: NOT_LANDED,
  });
}
