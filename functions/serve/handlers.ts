import type * as z from 'zod';
import type { Desk } from '../query/desk.ts';
import { members } from '../query/members.ts';
import type { Exit } from '../query/policy.ts';
import type {
  AskQuestion,
  AskResponse,
  changeRequest,
  clientQuery,
  clientsQuery,
  Members,
  peersRequest,
  proofRequest,
  ROUTES,
  receiptsRequest,
  refusedQuery,
  Session,
} from './api.ts';
import { ask } from './ask.ts';
import { catalogueView } from './catalogue.ts';
import { changeView } from './change.ts';
import { clientsView, clientView } from './clients.ts';
import { daysView } from './days.ts';
import { boardOfExport, type ExportAsked, exitsOfExport, exportFile } from './exports.ts';
import { healthView, refusedView } from './health.ts';
import type { Besides } from './house.ts';
import { peersView } from './peers.ts';
import { type Locale, problemOf } from './problems.ts';
import { proofView } from './proof.ts';
import { provenanceOf } from './provenance.ts';
import { receiptsBehindCell, receiptsPage } from './receipts.ts';
import type { Signer } from './signer.ts';

/** Every route that reads the warehouse. */
export type RouteName = Exclude<keyof typeof ROUTES, 'session' | 'openapi'>;

export interface Visit<Input> {
  /** Knows the caller: nothing that it gives lies outside the scope. */
  readonly desk: Desk;
  readonly input: Input;
  /** The last part of the path, where it has one. */
  readonly id: string;
  readonly locale: Locale;
  /** Who asks, for the cover of a file. */
  readonly subject: string;
  readonly signer: Signer;
  /** Where a defect is written that a batch hides from the others. */
  readonly log: (error: unknown) => void;
  /** The answer to an equal key by an equal policy, made once for each publish; `weigh` gives its bytes, about. */
  remember<T>(key: unknown, make: () => Promise<T>, weigh: (answer: T) => number): Promise<T>;
}

type Board = Session['boards'][number];

interface Handler {
  /** The one board that shows what it answers, and that the session must have; null: several do. */
  board(input: unknown): Board | null;
  /** Whether equal requests of equal policies have one answer for the length of a publish. */
  readonly lasting: boolean;
  /** What the answer tells of besides, and what changes without a publish: a change there ends it, too. */
  readonly besides: readonly Besides[];
  /** What the caller must be allowed to do. */
  exits(input: unknown): readonly Exit[];
  answer(visit: Visit<unknown>): Promise<unknown>;
}

/** The input was checked by the schema of the route before it comes here. */
function handler<Input>(
  exits: readonly Exit[] | ((input: Input) => readonly Exit[]),
  answer: (visit: Visit<Input>) => Promise<unknown>,
  {
    board = null,
    lasting = true,
    besides = [],
  }: Partial<Pick<Handler, 'lasting' | 'besides'>> & {
    readonly board?: Board | null | ((input: Input) => Board | null);
  } = {},
): Handler {
  return {
    board: (input) => (typeof board === 'function' ? board(input as Input) : board),
    lasting,
    besides,
    exits: (input) => (typeof exits === 'function' ? exits(input as Input) : exits),
    answer: (visit) => answer(visit as Visit<Input>),
  };
}

/** What a row of receipts takes in memory, about. */
const RECEIPT_BYTES = 600;

export const HANDLERS: Readonly<Record<RouteName, Handler>> = {
  catalogue: handler(['view'], async ({ desk }) => catalogueView(desk)),
  days: handler(['view'], ({ desk }) => daysView(desk), { besides: ['deliveries'] }),
  members: handler(['view'], ({ desk }) => membersView(desk)),
  ask: handler<{ readonly questions: readonly AskQuestion[] }>(['view'], askAll),
  change: handler<z.output<typeof changeRequest>>(['view'], ({ desk, input }) => changeView(desk, input)),
  receipts: handler<z.output<typeof receiptsRequest>>(
    ['drill'],
    async ({ desk, input, remember }) => {
      const { question, at, part } = input;
      const all = await remember(
        { question, at, part },
        () => receiptsBehindCell(desk, { question, at, part }),
        ({ rows }) => rows.length * RECEIPT_BYTES,
      );
      return receiptsPage(desk, input, all);
    },
    { lasting: false },
  ),
  clients: handler<z.output<typeof clientsQuery>>(['client'], ({ desk, input }) => clientsView(desk, input), {
    board: 'cliente',
  }),
  client: handler<z.output<typeof clientQuery>>(
    ['client'],
    ({ desk, input, id }) => clientView(desk, id, input),
    { board: 'cliente' },
  ),
  peers: handler<z.output<typeof peersRequest>>(['peers'], ({ desk, input }) => peersView(desk, input), {
    board: 'tableros',
  }),
  health: handler(['view'], ({ desk }) => healthView(desk), {
    board: 'salud',
    besides: ['deliveries', 'rejected', 'builds'],
  }),
  refused: handler<z.output<typeof refusedQuery>>(
    ['refused'],
    ({ desk, input }) => refusedView(desk, input),
    { board: 'salud', besides: ['deliveries'] },
  ),
  export: handler<ExportAsked>(
    exitsOfExport,
    ({ desk, input, locale, subject }) => exportFile(desk, input, locale, subject),
    { board: boardOfExport, lasting: false },
  ),
  // Each is signed with the moment that it was asked.
  proof: handler<z.output<typeof proofRequest>>(
    ['proof'],
    ({ desk, input, signer }) => proofView(desk, input, signer),
    { lasting: false },
  ),
};

async function membersView(desk: Desk): Promise<Members> {
  const { asOf, knownAt, dimensions } = await members(desk);
  return {
    ...(await provenanceOf(desk, {
      asOf,
      knownAt,
      build: desk.publishedIndex.at('aging', desk.newestDay())?.build ?? null,
      rows: Object.values(dimensions).reduce((sum, some) => sum + some.length, 0),
      inferred: null,
    })),
    dimensions,
  };
}

/** A question that fails stands alone: the others are answered. */
async function askAll(visit: Visit<{ readonly questions: readonly AskQuestion[] }>): Promise<AskResponse> {
  const { desk, input, locale, log } = visit;
  return {
    publish: desk.published.seq,
    policy: desk.policy,
    answers: await Promise.all(
      input.questions.map(async (question) => {
        const { id, ...asked } = question;
        try {
          const answer = await ask(desk, { ...asked, id: undefined });
          return { answer: { ...answer, id: id ?? null } };
        } catch (error) {
          const problem = problemOf(error, locale);
          if (problem.status >= 500) log(error);
          return { id: id ?? null, problem };
        }
      }),
    ),
  };
}
