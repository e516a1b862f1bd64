import type { FeedName } from '../contracts/feeds.ts';
import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { textSelect } from './source.ts';
import { needsReceipts, typedSelect } from './typed.ts';
import type { Draft, LandingContext, OpenedFeed } from './work.ts';

/**
 * Writes a delivery's feeds as typed Parquet in one pass each. A row that breaks a rule is written with an empty key,
 * so that whether all is well shows in the result; nothing is refused yet. A feed that DuckDB cannot read in one pass
 * has no draft.
 * @param base path of the drafts, to which the feed's name is added
 */
export async function draftFeeds(
  session: Session,
  feeds: Iterable<OpenedFeed>,
  context: LandingContext,
  base: string,
): Promise<Map<FeedName, Draft>> {
  const drafts = new Map<FeedName, Draft>();
  // Movements need the receipts of the same delivery, which therefore come first.
  const ordered = [...feeds].sort((a, b) => Number(needsReceipts(a.feed)) - Number(needsReceipts(b.feed)));
  const hasReceipts = ordered.some((feed) => feed.name === 'receipts');
  for (const feed of ordered) {
    const receipts = drafts.get('receipts')?.path ?? null;
    if (needsReceipts(feed.feed) && hasReceipts && receipts === null) continue;
    const draft = await draftFeed(session, feed, context, receipts, `${base}-${feed.name}.parquet`);
    if (draft) drafts.set(feed.name, draft);
  }
  return drafts;
}

async function draftFeed(
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
    return { path, rows: await writeLedger(session, select, path) };
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
