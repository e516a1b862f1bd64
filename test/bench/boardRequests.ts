import { readFileSync } from 'node:fs';
import {
  addDays,
  addMonths,
  type BusinessDate,
  businessDate,
  daysBetween,
  monthEnd,
  monthStart,
} from '../../functions/core/dates.ts';
import type { AskResponse, Days, Members } from '../../functions/serve/api.ts';

/** A request of a board. Days and members of a lake stand in it as `{newest}`, `{month-3}`, `{day-17}`, `{client}` … */
export interface BoardRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** By view of a board, the requests that a browser sent when it was opened, in their order. */
export function recordedViews(): Record<string, BoardRequest[]> {
  const text = readFileSync(new URL('./boardRequests.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { views: Record<string, BoardRequest[]> }).views;
}

/** What the names in recorded requests stand for in one lake. */
export class Places {
  readonly newest: BusinessDate;
  readonly company: string;
  readonly client: string;
  readonly advisor: string;
  /** Members by which users can tell their questions from those of others. */
  readonly advisors: readonly string[];

  private constructor(newest: BusinessDate, company: string, client: string, advisors: readonly string[]) {
    this.newest = newest;
    this.company = company;
    this.client = client;
    this.advisor = advisors[0] ?? '';
    this.advisors = advisors;
  }

  /** Asks a server for its own machine's user. */
  static async of(address: string): Promise<Places> {
    const cookie = await cookieOf(address);
    const read = async <T>(path: string, body?: unknown): Promise<T> => {
      const response = await fetch(`${address}api/${path}`, {
        headers: { cookie, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      return response.json() as Promise<T>;
    };
    const { newest } = await read<Days>('days');
    const { dimensions } = await read<Members>('members');
    const company = dimensions.company?.[0]?.member ?? '';
    const told = await read<AskResponse>('ask', {
      questions: [
        {
          kpi: 'gross',
          by: ['client'],
          filters: [{ column: 'company', members: [company] }],
          sort: '-value',
          limit: 1,
        },
      ],
    });
    const [largest] = told.answers;
    const row = largest && 'answer' in largest ? largest.answer.rows[0] : undefined;
    const advisors = (dimensions.advisor ?? []).filter((one) => one.company === company);
    return new Places(
      businessDate(newest),
      company,
      `${company}~${row?.dimensions.client ?? ''}`,
      advisors.map(({ member }) => member),
    );
  }

  /** A text of this lake with names in the place of its days and members. */
  abstract(text: string): string {
    const named = text
      .replaceAll(this.client, '{client}')
      .replaceAll(`"${this.advisor}"`, '"{advisor}"')
      .replaceAll(`"${this.company}"`, '"{company}"');
    return named.replace(/\d{4}-\d{2}-\d{2}/g, (day) => {
      const back = daysBetween(businessDate(day), this.newest);
      if (back === 0) return '{newest}';
      for (let months = 0; months < 40; months += 1)
        if (this.#monthEnd(months) === day) return `{month-${months}}`;
      return `{day-${back}}`;
    });
  }

  /** The text with this lake's days and members. */
  concrete(text: string): string {
    return text
      .replaceAll('{client}', this.client)
      .replaceAll('{advisor}', this.advisor)
      .replaceAll('{company}', this.company)
      .replaceAll('{newest}', this.newest)
      .replace(/\{month-(\d+)\}/g, (_, months: string) => this.#monthEnd(Number(months)))
      .replace(/\{day-(-?\d+)\}/g, (_, days: string) => addDays(this.newest, -Number(days)));
  }

  #monthEnd(back: number): BusinessDate {
    return monthEnd(addMonths(monthStart(this.newest), -1 - back));
  }
}

/** A session of the server's own machine. */
export async function cookieOf(address: string): Promise<string> {
  return (await fetch(`${address}api/session`)).headers.get('set-cookie')?.split(';')[0] ?? '';
}
