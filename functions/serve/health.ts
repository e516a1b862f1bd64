import type * as z from 'zod';
import { type DeliveryEntry, isMisdated, type Rejection, rejection } from '../contracts/delivery.ts';
import { FEED_NAMES, feedOf } from '../contracts/feeds.ts';
import { addDays, businessDate, eachDay } from '../core/dates.ts';
import { functionalCurrencies } from '../query/companies.ts';
import type { Desk } from '../query/desk.ts';
import { scopeCondition } from '../query/policy.ts';
import { refusedRelation, refusedRows } from '../query/refused.ts';
import { sql } from '../query/statement.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { Ledger } from '../warehouse/relations.ts';
import type { HealthResponse, RefusedResponse, refusedQuery } from './api.ts';
import { freshnessOf } from './days.ts';
import { buildsOf, lawsOf } from './healthBuilds.ts';
import { provenanceOf, refusedProvenance } from './provenance.ts';

/** How far back deliveries are listed one by one. */
const DELIVERY_DAYS = 62;
const RESTATED_DAYS = 31;
const MOST_REJECTED = 50;

/** Whether today can be trusted: what arrived, what was refused, what is missing, and what broke. */
export async function healthView(desk: Desk): Promise<HealthResponse> {
  const newest = desk.newestDay();
  // What arrived since the publish is not in any figure yet, but it did arrive.
  const entries = await desk.arrived();
  const { calendar } = new Ledger(entries);
  const arrived = calendar.last ?? newest;
  const delivered = new Set(calendar.deliveriesOf('receipts').map(({ asOf }) => asOf));
  const refused = await desk.rows(
    sql`select feed, code, count(*) as n, count(distinct as_of) as days, max(as_of) as last_day from (${await refusedRelation(desk)}) group by feed, code order by n desc, feed, code`,
  );
  const builds = await buildsOf(desk, calendar);
  const everybody = desk.scope.length === 0;
  const versions = new Map<string, number>();
  const listed = entries.map((entry) => {
    const version = (versions.get(entry.as_of) ?? 0) + 1;
    versions.set(entry.as_of, version);
    const known = calendar
      .versionsOf(businessDate(entry.as_of))
      .find((one) => one.knownAt === entry.cutoff_at);
    return {
      seq: entry.seq,
      day: entry.as_of,
      cutoff_at: entry.cutoff_at,
      delivery: entry.delivery,
      version,
      built: !known || !!desk.publishedIndex.holding(EVERY_DAY, known),
      feeds: Object.fromEntries(
        Object.entries(entry.feeds).map(([feed, told]) => [
          feed,
          {
            // How much the insurer writes and collects is nobody's part of it, and what was refused has no holder.
            rows: everybody ? told.physical_rows : null,
            accepted: everybody ? told.accepted : null,
            refused: everybody ? told.refused : null,
            amounts_refused: everybody
              ? Object.fromEntries(told.refused_amounts.map(({ currency, sum }) => [currency, sum]))
              : {},
          },
        ]),
      ),
      findings: entry.findings.map(({ code, severity, feed, message, count }) => ({
        code,
        severity,
        feed: feed ?? null,
        // It may name a member or an amount that is nobody's: for those who see everything.
        message: everybody ? message : '',
        count: everybody ? (count ?? null) : null,
      })),
    };
  });
  const since = addDays(arrived, -DELIVERY_DAYS);
  return {
    ...(await provenanceOf(desk, {
      asOf: newest,
      knownAt: desk.knowledge(newest, undefined).knownAt,
      build: desk.publishedIndex.at(EVERY_DAY, newest)?.build ?? null,
      rows: listed.length,
    })),
    freshness: await freshnessOf(desk),
    feeds: FEED_NAMES.map((name) => {
      const feed = feedOf(name);
      const moments = calendar.deliveriesOf(name);
      return {
        feed: name,
        es: feed.es,
        en: feed.en,
        kind: feed.kind,
        mandatory: feed.mandatory,
        newest_day:
          moments
            .map(({ asOf }) => asOf)
            .sort()
            .at(-1) ?? null,
        deliveries: moments.length,
      };
    }),
    deliveries: listed.filter(({ day }) => day > since).reverse(),
    rejected: await rejectedOf(desk, entries, everybody),
    gaps: [...eachDay(calendar.first ?? arrived, arrived)].filter((day) => !delivered.has(day)),
    refused: {
      rows: refused.reduce((sum, row) => sum + Number(row.n), 0),
      by_reason: refused.map((row) => ({
        feed: String(row.feed),
        code: String(row.code),
        rows: Number(row.n),
        days: Number(row.days),
        last_day: String(row.last_day),
      })),
    },
    laws: lawsOf(desk, builds),
    builds: builds.map(({ manifest, publish, refused }) => {
      const days = manifest.days.map(({ as_of }) => as_of).sort();
      return {
        build: manifest.build,
        publish,
        refused,
        engine: manifest.engine,
        first_day: days[0] ?? null,
        last_day: days.at(-1) ?? null,
        days: days.length,
        models: Object.keys(manifest.models).length,
        laws_broken: manifest.checks.filter(({ rows }) => rows > 0).map(({ law }) => law),
      };
    }),
    restatements: await restatementsOf(desk),
  };
}

/**
 * Rejections that nothing made good: of days of which no delivery was accepted afterwards. Where the date itself is
 * the fault, any delivery accepted afterwards may be the one that was meant.
 */
async function rejectedOf(
  desk: Desk,
  entries: readonly DeliveryEntry[],
  everybody: boolean,
): Promise<HealthResponse['rejected']> {
  const keys: string[] = [];
  for await (const { key } of desk.lake.list('rejected/')) keys.push(key);
  const stored = await Promise.all(keys.slice(-MOST_REJECTED).map((key) => desk.lake.get(key)));
  const isMadeGood = ({ as_of, code, rejected_at }: Rejection): boolean =>
    entries.some((entry) => (entry.as_of === as_of || isMisdated(code)) && entry.landed_at > rejected_at);
  return stored
    .flatMap((object) => {
      const parsed = object && rejection.safeParse(JSON.parse(Buffer.from(object.body).toString('utf8')));
      return parsed?.success && !isMadeGood(parsed.data) ? [parsed.data] : [];
    })
    .map(({ as_of, delivery, code, message, reasons }) => ({
      day: as_of,
      id: delivery,
      code,
      // As with findings: a text may hold an amount that is nobody's.
      message: everybody ? message : '',
      reasons: everybody ? reasons : [],
    }))
    .reverse();
}

async function restatementsOf(desk: Desk): Promise<HealthResponse['restatements']> {
  const to = desk.newestDay();
  const from = addDays(to, 1 - RESTATED_DAYS);
  const currencies = await functionalCurrencies(desk, desk.knowledge(to, undefined).knownAt);
  const all = await desk.storedSpan('restatements', from, to);
  const rows = await desk.rows(
    sql`select company, kind, count(distinct movement_id) as n, max(days_affected) as days, coalesce(sum(effect), 0.00) as effect from (${all}) where days_affected > 0 and ${scopeCondition(desk.caller)} group by company, kind order by company, kind`,
  );
  return {
    from,
    to,
    movements: rows.reduce((sum, row) => sum + Number(row.n), 0),
    days_affected: rows.reduce((most, row) => Math.max(most, Number(row.days ?? 0)), 0),
    by_kind: rows.map((row) => ({
      kind: String(row.kind),
      movements: Number(row.n),
      effect: String(row.effect),
      currency: currencies.get(String(row.company)) ?? '',
    })),
  };
}

export async function refusedView(
  desk: Desk,
  asked: z.output<typeof refusedQuery>,
): Promise<RefusedResponse> {
  const { total, rows } = await refusedRows(desk, {
    ...asked,
    day: asked.day === undefined ? undefined : businessDate(asked.day),
  });
  const next = asked.offset + rows.length;
  return {
    ...(await refusedProvenance(desk, asked, total)),
    total,
    next: next < total ? next : null,
    rows: [...rows],
  };
}
