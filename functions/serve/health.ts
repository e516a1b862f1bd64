import type { z } from 'zod';
import { rejection } from '../contracts/delivery.ts';
import { FEED_NAMES, feedOf } from '../contracts/feeds.ts';
import { addDays, businessDate, eachDay } from '../core/dates.ts';
import type { Desk } from '../query/desk.ts';
import { scopeCondition } from '../query/policy.ts';
import { deliveryEntries, refusedRelation, refusedRows } from '../query/refused.ts';
import { sql } from '../query/statement.ts';
import type { HealthResponse, RefusedResponse, refusedQuery } from './api.ts';
import { freshnessOf } from './days.ts';
import { provenanceOf } from './provenance.ts';

/** How far back deliveries are listed one by one. */
const DELIVERY_DAYS = 62;
const RESTATED_DAYS = 31;
const MOST_REJECTED = 50;
const MOST_BUILDS = 30;

/** Whether today can be trusted: what arrived, what was refused, what is missing, and what broke. */
export async function healthView(desk: Desk): Promise<HealthResponse> {
  const newest = desk.newestDay();
  const entries = deliveryEntries(desk);
  const { calendar } = desk.ledger;
  const delivered = new Set(calendar.deliveriesOf('receipts').map(({ asOf }) => asOf));
  const refused = await desk.rows(
    sql`select feed, code, count(*) as n, count(distinct as_of) as days, max(as_of) as last_day from (${await refusedRelation(desk)}) group by feed, code order by n desc, feed, code`,
  );
  const builds = await buildsOf(desk);
  const everybody = desk.scope.length === 0;
  const versions = new Map<string, number>();
  const listed = entries.map((entry) => {
    const version = (versions.get(entry.as_of) ?? 0) + 1;
    versions.set(entry.as_of, version);
    return {
      seq: entry.seq,
      day: entry.as_of,
      cutoff_at: entry.cutoff_at,
      delivery: entry.delivery,
      version,
      feeds: Object.fromEntries(
        Object.entries(entry.feeds).map(([feed, told]) => [
          feed,
          {
            rows: told.physical_rows,
            accepted: told.accepted,
            refused: told.refused,
            // What was refused has no holder: its amounts are for those who see everything.
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
        count,
      })),
    };
  });
  const since = addDays(newest, -DELIVERY_DAYS);
  return {
    ...provenanceOf(desk, {
      asOf: newest,
      knownAt: desk.knowledge(newest, undefined).knownAt,
      build: desk.publishedIndex.at('position', newest)?.build ?? null,
      rows: listed.length,
    }),
    freshness: freshnessOf(desk),
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
    rejected: everybody ? await rejectedOf(desk) : [],
    gaps: [...eachDay(calendar.first ?? newest, newest)].filter((day) => !delivered.has(day)),
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
    builds: builds.map(({ manifest, publish }) => {
      const days = manifest.days.map(({ as_of }) => as_of).sort();
      return {
        build: manifest.build,
        publish,
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

type Built = Awaited<ReturnType<typeof buildsOf>>[number];

/** Manifests of the builds that hold some day now or were made and not published, the newest publish first. */
async function buildsOf(desk: Desk) {
  const publishes = new Map(desk.published.rows.map(({ build, seq }) => [build, seq]));
  const names: string[] = [];
  for await (const { key } of desk.lake.list('builds/')) {
    const name = key.endsWith('/manifest.json') ? key.split('/')[1] : undefined;
    if (name !== undefined) names.push(name);
  }
  const newest = names
    .sort((a, b) => (publishes.get(b) ?? 0) - (publishes.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, MOST_BUILDS);
  const manifests = await Promise.all(newest.map((name) => desk.manifests.get(name)));
  return manifests.flatMap((manifest) =>
    manifest === null ? [] : [{ manifest, publish: publishes.get(manifest.build) ?? null }],
  );
}

/** Every law with what the newest published build that checked it found. */
function lawsOf(desk: Desk, builds: readonly Built[]): HealthResponse['laws'] {
  return desk.project.laws.map(({ name, header }) => {
    const build = builds.find(
      ({ publish, manifest }) => publish !== null && manifest.checks.some(({ law }) => law === name),
    );
    const check = build?.manifest.checks.find(({ law }) => law === name);
    return {
      law: name,
      es: header.es,
      en: header.en,
      severity: check?.severity ?? header.severity,
      rows: check?.rows ?? 0,
      build: build?.manifest.build ?? null,
    };
  });
}

async function rejectedOf(desk: Desk): Promise<HealthResponse['rejected']> {
  const keys: string[] = [];
  for await (const { key } of desk.lake.list('rejected/')) keys.push(key);
  const stored = await Promise.all(keys.slice(-MOST_REJECTED).map((key) => desk.lake.get(key)));
  return stored
    .flatMap((object) => {
      const parsed = object && rejection.safeParse(JSON.parse(Buffer.from(object.body).toString('utf8')));
      return parsed?.success ? [parsed.data] : [];
    })
    .map(({ as_of, delivery, code, message }) => ({ day: as_of, id: delivery, code, message }))
    .reverse();
}

async function restatementsOf(desk: Desk): Promise<HealthResponse['restatements']> {
  const to = desk.newestDay();
  const from = addDays(to, 1 - RESTATED_DAYS);
  const currencies = await desk.functionalCurrencies(desk.knowledge(to, undefined).knownAt);
  const all = await desk.storedSpan('restatements', from, to);
  const rows = await desk.rows(
    sql`select company, kind, count(distinct movement_id) as n, max(days_affected) as days, coalesce(sum(effect), 0.00) as effect from (${all}) where ${scopeCondition(desk.caller)} group by company, kind order by company, kind`,
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
  const newest = desk.newestDay();
  const next = asked.offset + rows.length;
  return {
    ...provenanceOf(desk, {
      asOf: newest,
      knownAt: desk.knowledge(newest, undefined).knownAt,
      build: null,
      rows: total,
    }),
    total,
    next: next < total ? next : null,
    rows: [...rows],
  };
}
