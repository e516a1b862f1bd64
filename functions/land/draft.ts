import { join } from 'node:path';
import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { textSelect } from './source.ts';
import { needsReceipts, typedSelect } from './typed.ts';
import type { DeliveryWork, FeedWork, LandingContext } from './work.ts';

/**
 * Writes a delivery's feeds as typed Parquet in one pass each. A row that breaks a rule is written with an empty key,
 * so that whether all is well shows in the result; nothing is refused yet. A file that an ordinary reader may see
 * otherwise than line by line is left to the careful way.
 */
export async function draftDelivery(
  session: Session,
  work: DeliveryWork,
  context: LandingContext,
): Promise<void> {
  // Movements need the receipts of the same delivery, which therefore come first.
  const feeds = [...work.feeds.values()].sort(
    (a, b) => Number(needsReceipts(a.feed)) - Number(needsReceipts(b.feed)),
  );
  for (const feed of feeds) feed.draft = await draftFeed(session, work, feed, context);
}

async function draftFeed(
  session: Session,
  work: DeliveryWork,
  feed: FeedWork,
  context: LandingContext,
): Promise<{ path: string; rows: number } | null> {
  if (feed.files.some((file) => !file.regular)) return null;
  const receipts = work.feeds.get('receipts');
  if (needsReceipts(feed.feed) && receipts !== undefined && receipts.draft === null) return null;
  const texts = feed.files
    .map((file) => textSelect(feed.feed, file.source, feed.mapping))
    .join(' UNION ALL ');
  const relation = receipts?.draft ? `read_parquet(${literal(receipts.draft.path)})` : null;
  const path = join(context.scratch, `${work.delivery}-${feed.name}.parquet`);
  try {
    const rows = await writeLedger(session, typedSelect(feed.feed, texts, context.signs, relation), path);
    return { path, rows };
  } catch (error) {
    // DuckDB gives up on some broken files; the careful way reads those line by line and says what is wrong where.
    if (error instanceof AlturasError && error.code === 'SQL_FAILED') return null;
    throw error;
  }
}

/** Parquet that every engine reads; rows keep the SELECT's order, so the same rows give the same bytes. */
export function writeLedger(session: Session, select: string, path: string): Promise<number> {
  return session.run(
    `COPY (${select}) TO ${literal(path)} (FORMAT parquet, PARQUET_VERSION v1, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
  );
}
