import type * as z from 'zod';
import { businessDate, knownAt } from '../core/dates.ts';
import { findKpi } from '../query/catalogue.ts';
import type { Desk } from '../query/desk.ts';
import { peers } from '../query/peers.ts';
import type { PeersResponse, peersRequest } from './api.ts';
import { provenanceOf } from './provenance.ts';

export async function peersView(desk: Desk, asked: z.output<typeof peersRequest>): Promise<PeersResponse> {
  const told = await peers(
    desk,
    {
      kpi: asked.kpi,
      ...(asked.as_of === undefined ? {} : { asOf: businessDate(asked.as_of) }),
      ...(asked.known_at === undefined ? {} : { knownAt: knownAt(asked.known_at) }),
      ...(asked.period === undefined ? {} : { period: asked.period }),
      ...(asked.basis === undefined ? {} : { basis: asked.basis }),
    },
    asked.dimension,
    { member: asked.member, company: asked.company },
  );
  const { answer, own } = told;
  const { value, numerator, denominator, reason } = own;
  return {
    ...(await provenanceOf(desk, {
      asOf: answer.as_of,
      knownAt: answer.known_at,
      build: answer.build,
      filters: answer.filters.map(({ column, members }) => ({ column, members: [...members] })),
      rows: 1,
      carried: answer.carried,
      inferred: answer.inferred,
    })),
    kpi: asked.kpi,
    dimension: asked.dimension,
    member: told.member,
    unit: answer.unit,
    direction: findKpi(desk.catalogue, asked.kpi).kpi.direction,
    currency: answer.currency,
    own: { value, numerator, denominator, reason },
    company: told.company,
    office: told.office,
  };
}
