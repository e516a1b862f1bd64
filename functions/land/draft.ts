import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FEED_NAMES, type FeedName, feedOf } from '../contracts/feeds.ts';
import { AlturasError } from '../core/errors.ts';
import { LEDGER_PARQUET, literal, type Session } from '../engine/duckdb.ts';
import { shapeOf, textSelect, textSelectOfMany } from './source.ts';
import { needsReceipts, typedSelect } from './typed.ts';
import type { Draft, LandingContext, OpenedFeed } from './work.ts';

/** One delivery whose files are open. */
export interface DraftTask {
  readonly feeds: ReadonlyMap<FeedName, OpenedFeed>;
  readonly drafts: Map<FeedName, Draft>;
}

/**
 * Writes the feeds of some deliveries as typed Parquet in one pass each, files of one shape by one statement. A row
 * that breaks a rule is written with an empty key, so that whether all is well shows in the result; nothing is refused
 * yet. A feed that DuckDB cannot read in one pass gets no draft.
 * @param folder a new folder of its own for the drafts
 */
export async function draftDeliveries(
  session: Session,
  tasks: readonly DraftTask[],
  context: LandingContext,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Movements need the receipts of the same delivery, which therefore come first.
  const names = FEED_NAMES.filter((name) => tasks.some(({ feeds }) => feeds.has(name)));
  names.sort((a, b) => Number(needsReceipts(feedOf(a))) - Number(needsReceipts(feedOf(b))));
  for (const name of names) {
    const ready = tasks.filter((task) => task.feeds.has(name) && canDraft(task, name));
    for (const group of ofOneShape(ready, name)) {
      await draftTogether(session, name, group, context, join(folder, `${name}-${randomUUID()}`));
    }
    for (const task of ready) {
      const feed = task.feeds.get(name);
      if (!feed || task.drafts.has(name)) continue;
      const receipts = needsReceipts(feed.feed) ? (task.drafts.get('receipts')?.path ?? null) : null;
      const path = join(folder, `${name}-${randomUUID()}.parquet`);
      const draft = await draftAlone(session, feed, context, receipts, path);
      if (draft) task.drafts.set(name, draft);
    }
  }
}

function canDraft(task: DraftTask, name: FeedName): boolean {
  return !needsReceipts(feedOf(name)) || !task.feeds.has('receipts') || task.drafts.has('receipts');
}

/** Tasks whose feed is a single CSV file, grouped by how it is to be read; groups of one are left out. */
function ofOneShape(tasks: readonly DraftTask[], name: FeedName): DraftTask[][] {
  const groups = new Map<string, DraftTask[]>();
  for (const task of tasks) {
    const [file, ...others] = task.feeds.get(name)?.files ?? [];
    if (!file || others.length > 0 || file.source.format !== 'csv') continue;
    if (needsReceipts(feedOf(name)) && !task.drafts.has('receipts')) continue;
    const shape = shapeOf(file.source);
    groups.set(shape, [...(groups.get(shape) ?? []), task]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** One statement for many files. What it leaves undone (a file without rows, or all when one is broken) goes alone. */
async function draftTogether(
  session: Session,
  name: FeedName,
  group: readonly DraftTask[],
  context: LandingContext,
  folder: string,
): Promise<void> {
  const [first, ...others] = group.flatMap((task) => task.feeds.get(name)?.files[0]?.source ?? []);
  if (!first) return;
  const feed = feedOf(name);
  const texts = textSelectOfMany(feed, [first, ...others], context.mapping?.feeds[name]);
  const receipts = group.map((task) => literal(task.drafts.get('receipts')?.path ?? '')).join(', ');
  const relation = needsReceipts(feed)
    ? `(SELECT *, file_index AS place FROM read_parquet([${receipts}], hive_partitioning = false))`
    : null;
  const select = typedSelect(feed, texts, context.signs, relation, true);
  try {
    await session.run(`COPY (${select}) TO ${literal(folder)} (${LEDGER_PARQUET}, PARTITION_BY (place))`);
  } catch (error) {
    if (error instanceof AlturasError && error.code === 'SQL_FAILED') return;
    throw error;
  }
  for (const [place, task] of group.entries()) {
    const files = await readdir(join(folder, `place=${place}`)).catch(() => []);
    const [file] = files;
    if (file !== undefined && files.length === 1) {
      task.drafts.set(name, { path: join(folder, `place=${place}`, file) });
    }
  }
}

async function draftAlone(
  session: Session,
  feed: OpenedFeed,
  context: LandingContext,
  receipts: string | null,
  path: string,
): Promise<Draft | null> {
  const texts = feed.files.map((file) => textSelect(feed.feed, file.source, feed.mapping));
  const relation = receipts === null ? null : `read_parquet(${literal(receipts)})`;
  const select = typedSelect(feed.feed, texts.join(' UNION ALL '), context.signs, relation);
  try {
    await writeLedger(session, select, path);
    return { path };
  } catch (error) {
    // DuckDB gives up on some broken files; the careful way reads those line by line and says what is wrong where.
    if (error instanceof AlturasError && error.code === 'SQL_FAILED') return null;
    throw error;
  }
}

/** Parquet that every engine reads; rows keep the SELECT's order, so the same rows give the same bytes. */
export function writeLedger(session: Session, select: string, path: string): Promise<number> {
  return session.run(`COPY (${select}) TO ${literal(path)} (${LEDGER_PARQUET})`);
}
