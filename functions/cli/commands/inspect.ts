import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { configHash } from '../../core/config.ts';
import { AlturasError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { Session } from '../../engine/duckdb.ts';
import { publishedCodec } from '../../engine/publishedCodec.ts';
import { DeliveryIndex } from '../../lake/deliveries.ts';
import { openLake } from '../../lake/openLake.ts';
import { readPublished } from '../../lake/published.ts';
import { buildLines } from '../builds.ts';
import { configOf, type GlobalOptions, openContext, wholeFrom } from '../context.ts';
import { findingsText } from '../findings.ts';
import { refusedLines, refusingDeliveries, rejections } from '../refused.ts';
import { steerless, terminal } from '../terminal.ts';

/** Commands that look and change nothing: config, ls, doctor. */
export function addInspectCommands(program: Command): void {
  program
    .command('config')
    .description('the configuration in force, every default written out (YAML; --json for JSON)')
    .action((_options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const config = configOf(options);
      if (options.json) terminal.json({ hash: configHash(config), ...config });
      else terminal.line(`# hash ${configHash(config)}\n${stringify(config).trimEnd()}`);
    });

  program
    .command('ls')
    .description('what the lake holds: deliveries, builds, what is published, and what was refused')
    .argument('[what]', LISTINGS.join(', '), 'deliveries')
    .option('--last <n>', 'how many rows, newest first', wholeFrom(1), 20)
    .action(async (what: string, options: { last: number }, command: Command) => {
      await list(what, options.last, command);
    });

  program
    .command('doctor')
    .description('checks this machine and the lake: runtime, engine, free memory, a conditional write')
    .action(async (_options: object, command: Command) => {
      await examine(command);
    });
}

const LISTINGS = ['deliveries', 'builds', 'published', 'refused', 'rejected'] as const;

async function list(what: string, last: number, command: Command): Promise<void> {
  const { lake, json } = await openContext(command);
  if (what === 'deliveries') {
    const entries = (await new DeliveryIndex(lake).entries()).slice(-last).reverse();
    if (json) return terminal.json(entries);
    if (entries.length === 0)
      return terminal.line('No delivery has landed yet. Try: alturas land DIR, or alturas demo');
    return terminal.table(
      ['seq', 'day', 'cut-off', 'delivery', 'feeds', 'accepted', 'refused', 'findings'],
      entries.map((entry) => {
        const feeds = Object.values(entry.feeds);
        return [
          String(entry.seq),
          entry.as_of,
          entry.cutoff_at,
          entry.delivery,
          String(feeds.length),
          String(feeds.reduce((sum, { accepted }) => sum + accepted, 0)),
          String(feeds.reduce((sum, { refused }) => sum + refused, 0)),
          findingsText(entry),
        ];
      }),
      ['right', 'left', 'left', 'left', 'right', 'right', 'right', 'left'],
    );
  }
  if (what === 'builds') {
    const builds = await buildLines(lake, last);
    if (json) return terminal.json(builds);
    if (builds.length === 0) return terminal.line('Nothing has been built yet. Try: alturas build');
    return terminal.table(
      ['build', 'known until', 'from', 'to', 'days', 'tables', 'rows', 'publish', 'state'],
      builds.map((one) => [
        one.build,
        one.known_at ?? '',
        one.from ?? '',
        one.to ?? '',
        String(one.days),
        String(one.tables),
        String(one.rows),
        String(one.publish ?? ''),
        [one.state, ...one.broken].join(' '),
      ]),
      ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'left'],
    );
  }
  if (what === 'refused') {
    const refusing = await refusingDeliveries(lake, await new DeliveryIndex(lake).entries(), last);
    const rows = await refusedLines(lake, refusing, { each: last, all: last });
    if (json) return terminal.json(rows);
    if (rows.length === 0) return terminal.line('No row was refused.');
    return terminal.table(
      ['day', 'delivery', 'which was', 'feed', 'file', 'line', 'column', 'value', 'reason'],
      rows.map((row) => [
        row.day,
        row.delivery,
        row.outcome === 'rejected' ? 'refused whole' : 'accepted',
        row.feed,
        row.file,
        String(row.line),
        row.column ?? '',
        row.value === null ? '' : steerless(JSON.stringify(row.value)),
        steerless(row.reason),
      ]),
      ['left', 'left', 'left', 'left', 'left', 'right'],
    );
  }
  if (what === 'rejected') {
    const rejected = await rejections(lake, last);
    if (json) return terminal.json(rejected);
    if (rejected.length === 0) return terminal.line('No delivery was refused whole.');
    for (const { as_of, delivery, code, message, reasons } of rejected) {
      terminal.line(`${as_of} ${delivery} ${code}: ${message}`);
      for (const reason of reasons) terminal.line(`  - ${reason}`);
    }
    return;
  }
  if (what !== 'published') {
    throw new AlturasError('usage', 'BAD_LISTING', `"${what}" cannot be listed.`, {
      value: what,
      expected: LISTINGS.join(', '),
      hint: `${didYouMean(what, LISTINGS)}Name one of these.`,
    });
  }
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false });
  try {
    const { rows } = await readPublished(lake, publishedCodec(session, scratch));
    const newest = rows.slice(-last).reverse();
    if (json) return terminal.json(newest);
    if (newest.length === 0) return terminal.line('Nothing is published yet. Try: alturas build');
    terminal.table(
      ['publish', 'table', 'period', 'build', 'known from'],
      newest.map((row) => [String(row.seq), row.table_name, row.period, row.build, row.known_from]),
      ['right'],
    );
  } finally {
    session.close();
  }
}

interface Examination {
  readonly check: string;
  readonly found: string;
  readonly fine: boolean;
}

async function examine(command: Command): Promise<void> {
  const context = await openContext(command);
  const { json, config } = context;
  const trial = trialPlace(command.optsWithGlobals<GlobalOptions>().lake);
  const lake = trial === null ? context.lake : await openLake(trial);
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false });
  const checks: Examination[] = [];
  try {
    const [version] = await session.rows('select version() as version');
    const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    const major = Number(process.versions.node.split('.')[0]);
    checks.push(
      { check: 'Node', found: process.version, fine: major >= 20 },
      { check: 'DuckDB', found: String(version?.version), fine: true },
      { check: 'processors', found: String(availableParallelism()), fine: availableParallelism() >= 2 },
      { check: 'memory', found: `${gib(freemem())} free of ${gib(totalmem())}`, fine: freemem() > 2 ** 30 },
      { check: 'configuration', found: configHash(config).slice(0, 16), fine: true },
      {
        check: 'lake',
        found: `${context.lake.location}${trial === null ? '' : ' (not there yet)'}`,
        fine: true,
      },
      await conditionalWrite(lake),
    );
    const deliveries = await new DeliveryIndex(lake).entries();
    const { rows } = await readPublished(lake, publishedCodec(session, scratch));
    checks.push(
      { check: 'deliveries', found: String(deliveries.length), fine: true },
      {
        check: 'newest delivery',
        found: deliveries.at(-1)?.as_of ?? 'none yet: alturas land DIR',
        fine: true,
      },
      {
        check: 'published files',
        found: String(rows.length),
        fine: deliveries.length === 0 || rows.length > 0,
      },
    );
  } finally {
    session.close();
    if (trial !== null) await rm(trial, { recursive: true, force: true });
  }
  if (json) terminal.json(checks);
  else
    terminal.table(
      ['check', 'found', ''],
      checks.map((row) => [row.check, row.found, row.fine ? 'ok' : 'LOOK HERE']),
    );
  if (checks.some(({ fine }) => !fine)) {
    throw new AlturasError('missing', 'UNHEALTHY', 'Something needs attention.', {
      causes: checks.filter(({ fine }) => !fine).map(({ check, found }) => `${check}: ${found}`),
    });
  }
}

/**
 * Where a lake that is not there yet is tried out: beside the nearest folder that is, so that looking makes none.
 * Null for a lake that is there, or that is no folder.
 */
function trialPlace(place: string): string | null {
  if (place.includes('://') || existsSync(place)) return null;
  let nearest = dirname(resolve(place));
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return join(nearest, `.alturas-doctor-${process.pid}-${Date.now()}`);
}

/** The property that publishing rests on: a second writer of a key that must be absent is refused. */
async function conditionalWrite(lake: {
  put: Awaited<ReturnType<typeof openContext>>['lake']['put'];
  remove(keys: readonly string[]): Promise<void>;
}): Promise<Examination> {
  const key = `doctor-${process.pid}-${Date.now()}`;
  const write = (): Promise<boolean> =>
    lake.put(key, 'x', { ifAbsent: true }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AlturasError && error.kind === 'conflict') return false;
        throw error;
      },
    );
  const first = await write();
  const second = await write();
  await lake.remove([key]);
  return {
    check: 'conditional write',
    found: first && !second ? 'one of two writers wins' : 'NOT HONOURED',
    fine: first && !second,
  };
}
