import type * as z from 'zod';
import { businessDate, knownAt as knownAtOf } from '../core/dates.ts';
import { CAUSES, change } from '../query/change.ts';
import type { Desk } from '../query/desk.ts';
import { labelsOf } from '../query/names.ts';
import type { ChangeResponse, changeRequest } from './api.ts';
import { provenanceOf } from './provenance.ts';

/** What moved a balance between two days, by cause and by member. */
export async function changeView(desk: Desk, asked: z.output<typeof changeRequest>): Promise<ChangeResponse> {
  const knownAt = asked.known_at === undefined ? undefined : knownAtOf(asked.known_at);
  const to = asked.to === undefined ? desk.newestDay(knownAt) : businessDate(asked.to);
  const from = businessDate(asked.from);
  const by = asked.by ?? null;
  const blocks = await change(desk, {
    measure: asked.measure,
    from,
    to,
    by,
    filters: asked.filters,
    ...(knownAt === undefined ? {} : { knownAt }),
  });
  const seen = desk.knowledge(to, knownAt);
  const named = new Set(
    blocks.flatMap(({ total, members }) => [total, ...members].flatMap(({ causes }) => Object.keys(causes))),
  );
  const shown = blocks.map(({ currency, companies, total, members }) => ({
    currency,
    companies: [...companies],
    total,
    members: by === null ? [] : members.slice(0, asked.limit ?? members.length),
  }));
  return {
    ...(await provenanceOf(desk, {
      asOf: to,
      knownAt: seen.knownAt,
      build: desk.madeFrom({ asOf: to, knownAt: seen.knownAt }),
      filters: asked.filters,
      rows: blocks.reduce((sum, { members }) => sum + members.length, 0),
    })),
    measure: asked.measure,
    from,
    to,
    by,
    blocks: shown,
    causes: Object.entries(CAUSES).flatMap(([cause, names]) =>
      named.has(cause) ? [{ cause, ...names }] : [],
    ),
    labels:
      by === null || by === 'currency'
        ? {}
        : await labelsOf(
            desk,
            { [by]: shown.flatMap(({ members }) => members.map(({ member }) => member)) },
            asked.filters,
          ),
  };
}
