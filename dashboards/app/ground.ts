import type { AskAnswer, Filter, Session } from '../../functions/serve/api.ts';
import type { Api } from './api.ts';
import { answersOf, Refusal } from './api.ts';
import type { Ground } from './setting.ts';

/** Below this, a column in millions with one decimal would hide the figures. */
const SMALL = 10_000_000;

/** Whether two sessions are of one person with the same rights: they may differ in how long they last. */
export function isSameCaller(one: Session, other: Session): boolean {
  const lasting = (session: Session): string => JSON.stringify({ ...session, expires_at: '' });
  return lasting(one) === lasting(other);
}

const NO_COMPANY = '';

/**
 * What every board stands on, for whoever asks: what there is, which days, and each company's currency.
 * @param filters asked about, too: their board asks nothing by them, and what the server says of them is heard all the same
 */
export async function layGround(api: Api, session: Session, filters: readonly Filter[]): Promise<Ground> {
  const [catalogue, members, days] = await Promise.all([api.catalogue(), api.members(), api.days()]);
  const companies = members.dimensions.company ?? [];
  const currencies = new Map<string, string | null>();
  const small = new Set<string>();
  const tied = new Map<string, AskAnswer['tie_out']>();
  if (companies.length > 0) {
    const response = await api.ask([
      ...companies.map(({ member }) => ({
        id: member,
        kpi: 'gross',
        filters: [{ column: 'company', members: [member] }],
      })),
      ...(filters.length === 0 ? [] : [{ id: NO_COMPANY, kpi: 'gross', filters: [...filters] }]),
    ]);
    for (const [company, answer] of answersOf(response)) {
      if (company === NO_COMPANY) continue;
      currencies.set(company, answer instanceof Refusal ? null : answer.currency);
      if (!(answer instanceof Refusal)) tied.set(company, answer.tie_out);
      if (!(answer instanceof Refusal) && Number(answer.total?.value ?? 0) < SMALL) small.add(company);
    }
  }
  return { session, catalogue, members, days, currencies, small, tied };
}
