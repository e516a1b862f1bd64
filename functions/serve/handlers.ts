import type { Desk } from '../query/desk.ts';
import { members } from '../query/members.ts';
import type { Exit } from '../query/policy.ts';
import type { AskQuestion, AskResponse, Members, ROUTES } from './api.ts';
import { ask } from './ask.ts';
import { catalogueView } from './catalogue.ts';
import { daysView } from './days.ts';
import { type Locale, problemOf } from './problems.ts';

/** Every route that reads the warehouse. */
export type RouteName = Exclude<keyof typeof ROUTES, 'session' | 'openapi'>;

export interface Visit<Input> {
  /** Knows the caller: nothing that it gives lies outside the scope. */
  readonly desk: Desk;
  readonly input: Input;
  /** The last part of the path, where it has one. */
  readonly id: string;
  readonly locale: Locale;
  /** The answer to an equal key by an equal policy, made once for each publish. */
  remember<T>(key: unknown, make: () => Promise<T>): Promise<T>;
}

interface Handler {
  /** What the caller must be allowed to do. */
  exits(input: unknown): readonly Exit[];
  answer(visit: Visit<unknown>): Promise<unknown>;
}

/** The input was checked by the schema of the route before it comes here. */
function handler<Input>(
  exits: readonly Exit[] | ((input: Input) => readonly Exit[]),
  answer: (visit: Visit<Input>) => Promise<unknown>,
): Handler {
  return {
    exits: (input) => (typeof exits === 'function' ? exits(input as Input) : exits),
    answer: (visit) => answer(visit as Visit<Input>),
  };
}

export const HANDLERS: Readonly<Partial<Record<RouteName, Handler>>> = {
  catalogue: handler(['view'], ({ desk, remember }) => remember('', async () => catalogueView(desk))),
  days: handler(['view'], ({ desk, remember }) => remember('', () => daysView(desk))),
  members: handler(['view'], ({ desk, remember }) => remember('', () => membersView(desk))),
  ask: handler<{ readonly questions: readonly AskQuestion[] }>(['view'], askAll),
};

async function membersView(desk: Desk): Promise<Members> {
  const { asOf, knownAt, dimensions } = await members(desk);
  return {
    as_of: asOf,
    known_at: knownAt,
    build: desk.publishedIndex.at('aging', desk.newestDay())?.build ?? '',
    publish: desk.published.seq,
    engine: desk.engineVersion,
    filters: [],
    policy: desk.policy,
    tie_out: 'unchecked',
    row_count: Object.values(dimensions).reduce((sum, some) => sum + some.length, 0),
    dimensions,
  };
}

/** A question that fails stands alone: the others are answered. */
async function askAll(visit: Visit<{ readonly questions: readonly AskQuestion[] }>): Promise<AskResponse> {
  const { desk, input, locale, remember } = visit;
  return {
    publish: desk.published.seq,
    policy: desk.policy,
    answers: await Promise.all(
      input.questions.map(async (question) => {
        const { id, ...asked } = question;
        try {
          const answer = await remember(asked, () => ask(desk, { ...asked, id: undefined }));
          return { answer: { ...answer, id: id ?? null } };
        } catch (error) {
          return { id: id ?? null, problem: problemOf(error, locale) };
        }
      }),
    ),
  };
}
