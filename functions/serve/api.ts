import { z } from 'zod';

/**
 * Every request and response of the server: the OpenAPI document and the browser's types come from here. Money and
 * counts are decimal strings, ratios are numbers as fractions (0.314 is 31.4 %), days are `YYYY-MM-DD`, moments are
 * local `YYYY-MM-DD HH:MM:SS.mmm`. Paths are in `ROUTES`.
 */

const day = z.iso.date();
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$/);
const word = z.string().regex(/^[a-z][a-z0-9_]*$/);
const both = z.object({ es: z.string(), en: z.string() });
const member = z.string().max(200).nullable();
const figure = z.union([z.string(), z.number()]).nullable();

/** Only members among these; null is "not assigned". Several filters all hold. */
export const filter = z.strictObject({ column: word, members: z.array(member).max(1000) });

export const ROLES = [
  'executive',
  'finance',
  'analyst',
  'office_manager',
  'advisor',
  'clerk',
  'intermediary',
] as const;
/** Columns that a scope may narrow. */
export const SCOPE_COLUMNS = ['company', 'office', 'advisor', 'clerk', 'intermediary', 'line'] as const;
/** What a caller may take out; `view` is the boards themselves. */
export const EXITS = [
  'view',
  'drill',
  'client',
  'peers',
  'csv',
  'xlsx',
  'parquet',
  'arrow',
  'proof',
  'refused',
] as const;
export const BOARDS = [
  'pulso',
  'alturas',
  'rotacion',
  'tableros',
  'cliente',
  'salud',
  'diccionario',
] as const;
export const LOCALES = ['es', 'en'] as const;

/** What stands beside every answer. */
export const provenance = z.object({
  as_of: day,
  known_at: z.string().describe('The moment whose knowledge the figures rest on'),
  build: z.string().describe('The published build, or what an on-demand answer was made from'),
  publish: z.int().describe('Number of the publish that the whole response was read from'),
  engine: z.string(),
  filters: z.array(filter).describe('As asked; the scope of the policy comes on top'),
  policy: z.string().describe("Id of the caller's policy: equal ids see equal rows"),
  tie_out: z
    .enum(['unchecked', 'tied', 'tied_with_breaks', 'not_tied'])
    .describe('Whether the day is tied to the general ledger; unchecked: sin conciliar'),
  row_count: z.int(),
});

/** Claims of the caller, as the server understood them. */
export const sessionResponse = z.object({
  subject: z.string(),
  name: z.string().nullable(),
  role: z.enum(ROLES),
  scope: z
    .union([z.literal('all'), z.partialRecord(z.enum(SCOPE_COLUMNS), z.array(z.string()))])
    .describe('all, or the members of each column that rows must have; {} sees no rows'),
  personal: z.boolean().describe('Whether names, identity numbers and telephones are shown'),
  exits: z.array(z.enum(EXITS)),
  boards: z.array(z.enum(BOARDS)),
  locale: z.enum(LOCALES),
  theme: z.record(z.string(), z.string()),
  policy: z.string(),
  expires_at: z.string().describe('UTC, ISO 8601'),
  local: z.boolean().describe('Signed by this server itself, on loopback'),
});

const parameter = z.object({
  name: z.string(),
  default: z.int(),
  choices: z.array(z.int()),
  es: z.string(),
  en: z.string(),
});
const exampleRow = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const catalogueKpi = z.object({
  id: z.string(),
  es: z.string(),
  en: z.string(),
  formula: both,
  unit: z.enum(['money', 'ratio', 'days', 'times', 'count', 'index']),
  direction: z.enum(['up_is_good', 'down_is_good', 'neutral']),
  source: z.string(),
  mart: z.string(),
  periods: z.array(z.string()).describe('Empty: a stock on the day'),
  bases: z.array(z.string()).describe('The default first'),
  dimensions: z.array(z.string()).describe('What `by` and filters may name'),
  always_by: z.array(z.string()).describe('Dimensions that every answer has'),
  parameter: parameter.nullable().describe('Stuck to the id by callers: par75'),
  additive: z.boolean().describe('Whether receipts can be shown behind it'),
  version: z.string().describe('Hash of its definition'),
  examples: z.array(
    z.object({
      es: z.string(),
      en: z.string(),
      by: z.array(z.string()),
      given: z.record(z.string(), z.array(exampleRow)),
      expect: z.array(z.object({ at: exampleRow, value: figure, reason: z.string().optional() })),
    }),
  ),
});

export const catalogueModel = z.object({
  name: z.string(),
  kind: z.enum(['feed', 'ledger', 'position', 'mart', 'law']),
  es: z.string(),
  en: z.string(),
  grain: z.array(z.string()),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      es: z.string(),
      en: z.string(),
      unit: z.string().nullable(),
    }),
  ),
});

export const catalogueResponse = z.object({
  version: z.string(),
  kpis: z.array(catalogueKpi),
  models: z.array(catalogueModel),
  /** `from` feeds `to`; KPIs stand as `kpi:<id>`. */
  lineage: z.array(z.object({ from: z.string(), to: z.string() })),
  buckets: z.array(
    z.object({ altura: z.string(), order: z.int(), from: z.int().nullable(), to: z.int().nullable() }),
  ),
});

/** Members of the dimensions, with their names: for filters and labels. Within the caller's scope only. */
export const membersResponse = z.object({
  ...provenance.shape,
  dimensions: z.record(
    z.string(),
    z.array(
      z.object({
        member: z.string(),
        name: z.string(),
        company: z.string().nullable(),
        office: z.string().nullable(),
      }),
    ),
  ),
});

export const daysResponse = z.object({
  newest: day,
  first: day,
  known_at: z.string(),
  publish: z.int(),
  published_build: z.string(),
  /** Every calendar day from the first to the newest delivered. */
  days: z.array(
    z.object({
      day,
      state: z.enum(['delivered', 'carried', 'missing']).describe('missing: delivered or carried, not built'),
      restated: z.boolean().describe('Something that became known later changes it'),
      known_at: z.string(),
      versions: z.int(),
      build: z.string().nullable(),
    }),
  ),
  month_ends: z.array(day),
  builds: z.array(z.object({ build: z.string(), publish: z.int(), first_day: day, last_day: day })),
  freshness: z.object({
    newest_cutoff: z.string(),
    age_days: z
      .int()
      .describe('Calendar days from the newest delivered day to today in the zone of the lake'),
    stale: z.boolean(),
  }),
});

export const question = z.strictObject({
  id: z.string().max(80).optional().describe('Comes back with the answer'),
  kpi: z.string().max(80).describe('Id of a KPI, its parameter stuck to it: par75, top5_share'),
  by: z.array(word).max(4).default([]),
  filters: z.array(filter).max(20).default([]),
  as_of: day.optional().describe('Default: the newest day'),
  known_at: moment.optional().describe('A day (its end) or a local timestamp; default: as delivered'),
  period: z.string().max(40).optional().describe('month, quarter, ytd, 12m, or A..B'),
  basis: word.optional(),
  compare: z
    .array(day)
    .max(60)
    .default([])
    .describe('Further days whose values come with every row, in this order'),
  sort: z
    .string()
    .regex(/^-?(value|numerator|denominator|change|member)$/)
    .optional()
    .describe('-value: greatest first; change is against compare[0]. Default: by members'),
  limit: z.int().min(1).max(5000).optional().describe('Rows kept after sorting; row_count counts all'),
});

export const cell = z.object({
  value: figure,
  numerator: figure,
  denominator: figure,
  reason: z.string().nullable().describe('Why the value is null'),
});

export const answerRow = z.object({
  dimensions: z.record(z.string(), member),
  ...cell.shape,
  notes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  compare: z.array(cell).describe('In the order of `compare` of the question'),
});

export const answer = z.object({
  ...provenance.shape,
  id: z.string().nullable(),
  kpi: z.string(),
  by: z.array(z.string()).describe('Dimensions of the rows in order: asked, then those it always has'),
  period: z.object({ kind: z.string(), opened: day, days: z.int() }).nullable(),
  basis: z.string(),
  unit: catalogueKpi.shape.unit,
  direction: catalogueKpi.shape.direction,
  currency: z.string().nullable(),
  on_demand: z.boolean(),
  carried: z.boolean(),
  inferred: z.boolean(),
  compare: z.array(
    z.object({
      as_of: day,
      known_at: z.string().nullable(),
      build: z.string().nullable(),
      carried: z.boolean(),
      reason: z.string().nullable().describe('Why the day has no values, e.g. DAY_UNKNOWN'),
    }),
  ),
  rows: z.array(answerRow),
  total: answerRow.nullable().describe('The same without the dimensions; null with several currencies'),
  labels: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe('By dimension and member: its name, masked where the policy says so'),
});

/** RFC 9457. Served as application/problem+json; also stands in a batch in the place of an answer. */
export const problem = z.object({
  type: z.string().describe('urn:alturas:problem:<code>'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened'),
  code: z.string().describe('Stable, for support'),
  safe: z.string().optional().describe('What was done with the data'),
  action: z.string().optional().describe('What to do'),
  value: z.string().optional(),
  expected: z.string().optional(),
  causes: z.array(z.string()).optional(),
  instance: z.string().optional(),
});

export const askRequest = z.strictObject({ questions: z.array(question).min(1).max(60) });
/** One entry per question, in order; all read from one publish. */
export const askResponse = z.object({
  publish: z.int(),
  policy: z.string(),
  answers: z.array(z.union([z.object({ answer }), z.object({ id: z.string().nullable(), problem })])),
});

export const MEASURES = ['balance', 'gross', 'overdue'] as const;
/** The causes of a change in the order in which they are shown. */
export const CAUSES = [
  'restated',
  'opened',
  'issued',
  'endorsed_up',
  'endorsed_down',
  'collected',
  'reversed',
  'cancelled_np',
  'cancelled_other',
  'written_off',
  'transferred',
  'late',
  'fx',
  'aged',
  'rescheduled',
  'credits',
  'reassigned',
] as const;

export const changeRequest = z.strictObject({
  measure: z.enum(MEASURES).default('gross').describe('balance: gross and credits'),
  from: day,
  to: day.optional().describe('Default: the newest day'),
  by: z
    .enum(['company', 'office', 'advisor', 'clerk', 'line', 'intermediary', 'client', 'currency'])
    .optional(),
  filters: z.array(filter).max(20).default([]),
  limit: z.int().min(1).max(5000).optional().describe('Members kept, those that moved most first'),
});
const causes = z.record(z.string(), z.string()).describe('Signed amounts by cause, those of 0.00 left out');
const movement = z.object({
  opening: z.string(),
  closing: z.string(),
  change: z.string().describe('closing - opening = sum of causes, to the cent'),
  causes,
});
export const changeResponse = z.object({
  ...provenance.shape,
  measure: z.enum(MEASURES),
  from: day,
  to: day,
  by: z.string().nullable(),
  /** One block per functional currency: they do not add up. */
  blocks: z.array(
    z.object({
      currency: z.string(),
      companies: z.array(z.string()),
      total: movement,
      members: z.array(z.object({ member, ...movement.shape })),
    }),
  ),
  causes: z.array(z.object({ cause: z.string(), es: z.string(), en: z.string() })),
  labels: answer.shape.labels,
});

const cellOf = {
  question: question.omit({ compare: true, sort: true, limit: true }),
  at: z
    .record(word, member)
    .default({})
    .describe('Members of the cell: those of its row; empty for the total'),
  part: z.enum(['numerator', 'denominator']).default('numerator'),
};

export const receiptsRequest = z.strictObject({
  ...cellOf,
  sort: z
    .enum(['-amount', 'amount', 'receipt', '-dpd', 'client'])
    .default('-amount')
    .describe('-amount: greatest absolute amount first'),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(100),
});
export const receiptRow = z.object({
  company: z.string().nullable(),
  receipt: z.string().nullable(),
  amount: z.union([z.string(), z.number()]),
  client: z.string().nullable().describe('id for /api/clients/{id}'),
  client_name: z.string().nullable().describe('Masked (•••) without the right to personal data'),
  policy: z.string().nullable(),
  line: z.string().nullable(),
  office: z.string().nullable(),
  advisor: z.string().nullable(),
  clerk: z.string().nullable(),
  intermediary: z.string().nullable(),
  currency: z.string().nullable(),
  due_date: z.string().nullable(),
  dpd: z.int().nullable(),
  altura: z.string().nullable(),
  open_total: z.string().nullable().describe('In document currency; null where nothing is open any more'),
});
export const receiptsResponse = z.object({
  ...provenance.shape,
  kpi: z.string(),
  part: z.enum(['numerator', 'denominator']),
  unit: catalogueKpi.shape.unit,
  currency: z.string().nullable(),
  cell: cell.describe('The cell itself, asked again'),
  sum: z.union([z.string(), z.number()]).describe('Of all receipts behind the cell, not only this page'),
  equal: z.boolean().describe('Whether the sum is the part of the cell, to the cent'),
  offset: z.int(),
  next: z.int().nullable(),
  receipts: z.array(receiptRow),
  labels: answer.shape.labels,
});

export const clientsQuery = z.object({
  find: z.string().min(2).max(80).describe('Start of a name, identity number, client, policy or receipt'),
  as_of: day.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const clientsResponse = z.object({
  ...provenance.shape,
  clients: z.array(
    z.object({
      id: z.string(),
      company: z.string(),
      client: z.string(),
      name: z.string(),
      found: z.enum(['name', 'id_number', 'client', 'policy', 'receipt']),
      open: z.string().describe('Gross open, functional currency'),
      overdue: z.string(),
      currency: z.string(),
    }),
  ),
});

export const clientQuery = z.object({ as_of: day.optional() });
const event = z.object({
  day,
  kind: z.enum([
    'issued',
    'endorsed',
    'collected',
    'reversed',
    'cancelled',
    'written_off',
    'transferred',
    'fx',
    'opened',
    'due',
    'payment',
    'contact',
    'promise',
    'promise_due',
    'plan_due',
  ]),
  receipt: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  detail: z.string().nullable().describe('Channel, outcome, reason or status as delivered'),
});
export const clientResponse = z.object({
  ...provenance.shape,
  client: z.object({
    id: z.string(),
    company: z.string(),
    client: z.string(),
    name: z.string(),
    id_type: z.string().nullable(),
    id_number: z.string().nullable(),
    segment: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    preferred_channel: z.string().nullable(),
    may_contact: z.array(z.string()).describe('Channels with consent'),
    masked: z.boolean(),
  }),
  state: z.object({
    currency: z.string(),
    gross: z.string(),
    credits: z.string(),
    unapplied: z.string(),
    overdue: z.string(),
    overdue_share: z.number().nullable(),
    worst_dpd: z.int().nullable(),
    worst_altura: z.string().nullable(),
    disputed: z.string(),
    open_items: z.int(),
    policies: z.int(),
    next_due: z.string().nullable(),
    days_to_pay: z.number().nullable().describe('Amount-weighted, last 12 months, negative is early'),
    promise: z.enum(['none', 'open', 'broken', 'kept']),
  }),
  receipts: z.array(
    receiptRow.omit({ client: true, client_name: true, amount: true }).extend({
      closing_total: z.string(),
      issue_date: z.string().nullable(),
      coverage_start: z.string().nullable(),
      disputed: z.boolean(),
      held_by: z.string(),
    }),
  ),
  payments: z.array(
    z.object({
      payment: z.string(),
      received: z.string(),
      amount: z.string(),
      unapplied: z.string(),
      currency: z.string(),
      channel: z.string().nullable(),
      status: z.string(),
    }),
  ),
  contacts: z.array(
    z.object({
      at: z.string(),
      channel: z.string(),
      person: z.string().nullable(),
      outcome: z.string(),
      receipt: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  promises: z.array(
    z.object({
      promise: z.string(),
      receipt: z.string(),
      created_on: z.string(),
      due_on: z.string(),
      amount: z.string(),
      currency: z.string(),
      paid: z.string().describe('Applied to the receipt from the promise to its due day with grace'),
      state: z.enum(['open', 'kept', 'broken', 'void']),
    }),
  ),
  plans: z.array(
    z.object({
      plan: z.string(),
      policy: z.string(),
      instalment: z.int(),
      due_on: z.string(),
      amount: z.string(),
      currency: z.string(),
      status: z.string().nullable(),
    }),
  ),
  timeline: z.array(event).describe('Newest first'),
  labels: answer.shape.labels,
});

export const peersRequest = z.strictObject({
  kpi: z.string().max(80),
  dimension: z.enum(['office', 'advisor', 'clerk', 'intermediary', 'line']),
  member: z.string().max(200).optional().describe('Default: the only member of the scope'),
  as_of: day.optional(),
  period: z.string().max(40).optional(),
  basis: word.optional(),
});
const peerGroup = z.object({
  members: z.int().nullable().describe('null where suppressed'),
  median: figure,
  percentile: z.number().nullable().describe('Share of the other members that do worse, 0 to 1'),
  band: z.enum(['first', 'second', 'third', 'fourth']).nullable().describe('Quarter; first is best'),
  suppressed: z.boolean().describe('Fewer than 5 members'),
});
/** Own figure among peers. Never another member's figure. */
export const peersResponse = z.object({
  ...provenance.shape,
  kpi: z.string(),
  dimension: z.string(),
  member: z.string(),
  unit: catalogueKpi.shape.unit,
  direction: catalogueKpi.shape.direction,
  currency: z.string().nullable(),
  own: cell,
  company: peerGroup,
  office: peerGroup.nullable().describe('null where the dimension has no office, or the member none'),
});

export const healthResponse = z.object({
  ...provenance.shape,
  freshness: daysResponse.shape.freshness,
  feeds: z.array(
    z.object({
      feed: z.string(),
      es: z.string(),
      en: z.string(),
      kind: z.string(),
      mandatory: z.boolean(),
      newest_day: day.nullable(),
      deliveries: z.int(),
    }),
  ),
  /** One entry per feed and delivered day of the last 62 days, newest first. */
  deliveries: z.array(
    z.object({
      seq: z.int(),
      day,
      cutoff_at: z.string(),
      delivery: z.string(),
      version: z.int().describe('1 is the first delivery of that day'),
      feeds: z.record(
        z.string(),
        z.object({
          rows: z.int(),
          accepted: z.int(),
          refused: z.int(),
          amounts_refused: z.record(z.string(), z.string()),
        }),
      ),
      findings: z.array(
        z.object({
          code: z.string(),
          severity: z.string(),
          feed: z.string().nullable(),
          message: z.string(),
          count: z.int().nullable(),
        }),
      ),
    }),
  ),
  rejected: z.array(z.object({ day: z.string(), id: z.string(), code: z.string(), message: z.string() })),
  gaps: z.array(day).describe('Days without a delivery, carried'),
  refused: z.object({
    rows: z.int(),
    by_reason: z.array(
      z.object({ feed: z.string(), code: z.string(), rows: z.int(), days: z.int(), last_day: day }),
    ),
  }),
  laws: z.array(
    z.object({
      law: z.string(),
      es: z.string(),
      en: z.string(),
      severity: z.enum(['error', 'warning']),
      rows: z.int().describe('Rows that break it in the newest build that checked it'),
      build: z.string().nullable(),
    }),
  ),
  builds: z.array(
    z.object({
      build: z.string(),
      publish: z.int().nullable().describe('null: not published'),
      engine: z.string(),
      first_day: day.nullable(),
      last_day: day.nullable(),
      days: z.int(),
      models: z.int(),
      laws_broken: z.array(z.string()),
    }),
  ),
  restatements: z.object({
    from: day,
    to: day,
    movements: z.int(),
    days_affected: z.int(),
    by_kind: z.array(
      z.object({ kind: z.string(), movements: z.int(), effect: z.string(), currency: z.string() }),
    ),
  }),
});

export const refusedQuery = z.object({
  feed: word.optional(),
  day: day.optional(),
  code: z.string().max(80).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const refusedResponse = z.object({
  ...provenance.shape,
  total: z.int(),
  next: z.int().nullable(),
  rows: z.array(
    z.object({
      feed: z.string(),
      day,
      company: z.string().nullable(),
      file: z.string(),
      line: z.string(),
      column: z.string().nullable(),
      value: z.string().nullable().describe('Masked without the right to personal data'),
      code: z.string(),
      reason: z.string(),
      raw: z.string().nullable().describe('Masked without the right to personal data'),
    }),
  ),
});

export const exportRequest = z.strictObject({
  format: z.enum(['csv', 'xlsx', 'parquet', 'arrow']),
  title: z.string().max(120).optional(),
  source: z.discriminatedUnion('of', [
    z.strictObject({ of: z.literal('ask'), question }),
    z.strictObject({ of: z.literal('receipts'), ...cellOf }),
    z.strictObject({ of: z.literal('change'), change: changeRequest }),
    z.strictObject({ of: z.literal('refused'), feed: word.optional(), day: day.optional() }),
  ]),
});

export const proofRequest = z.strictObject(cellOf);
/** The number receipt: everything needed to make the cell again. */
export const proofBody = z.object({
  version: z.literal(1),
  lake: z.string().describe('Fingerprint of the lake: its first delivery'),
  kpi: z.string(),
  kpi_version: z.string(),
  question: cellOf.question,
  at: cellOf.at,
  part: cellOf.part,
  as_of: day,
  known_at: z.string(),
  publish: z.int(),
  build: z.string(),
  on_demand: z.boolean(),
  engine: z.string(),
  config: z.string(),
  cell,
  unit: catalogueKpi.shape.unit,
  currency: z.string().nullable(),
  tie_out: provenance.shape.tie_out,
  sql: z.string(),
  models: z.record(z.string(), z.string()).describe('SHA-256 of the text of every model it stands on'),
  inputs: z.record(z.string(), z.string().nullable()).describe('SHA-256 by file that was read'),
  policy: z.object({
    id: z.string(),
    role: z.enum(ROLES),
    scope: sessionResponse.shape.scope,
    personal: z.boolean(),
  }),
  receipts: z.int().nullable().describe('Receipts behind it; null where it is no sum over receipts'),
  issued_at: z.string(),
});
export const proofResponse = z.object({
  receipt: proofBody,
  jws: z.string().describe('The receipt signed (EdDSA, compact); `alturas verify` reads this whole response'),
  key: z.record(z.string(), z.unknown()).describe('Public JWK of the signer'),
});

/** Method, path and schemas of every endpoint. */
export const ROUTES = {
  session: { method: 'get', path: '/api/session', response: sessionResponse },
  catalogue: { method: 'get', path: '/api/catalogue', response: catalogueResponse },
  members: { method: 'get', path: '/api/members', response: membersResponse },
  days: { method: 'get', path: '/api/days', response: daysResponse },
  ask: { method: 'post', path: '/api/ask', request: askRequest, response: askResponse },
  change: { method: 'post', path: '/api/change', request: changeRequest, response: changeResponse },
  receipts: { method: 'post', path: '/api/receipts', request: receiptsRequest, response: receiptsResponse },
  clients: { method: 'get', path: '/api/clients', query: clientsQuery, response: clientsResponse },
  client: { method: 'get', path: '/api/clients/:id', query: clientQuery, response: clientResponse },
  peers: { method: 'post', path: '/api/peers', request: peersRequest, response: peersResponse },
  health: { method: 'get', path: '/api/health', response: healthResponse },
  refused: { method: 'get', path: '/api/refused', query: refusedQuery, response: refusedResponse },
  export: { method: 'post', path: '/api/export', request: exportRequest },
  proof: { method: 'post', path: '/api/proof', request: proofRequest, response: proofResponse },
  openapi: { method: 'get', path: '/api/openapi.json' },
} as const;

export type Filter = z.output<typeof filter>;
export type Session = z.output<typeof sessionResponse>;
export type Catalogue = z.output<typeof catalogueResponse>;
export type Members = z.output<typeof membersResponse>;
export type Days = z.output<typeof daysResponse>;
/** As a caller writes it: what has a default may be left out. */
export type QuestionInput = z.input<typeof question>;
export type AskQuestion = z.output<typeof question>;
export type AskRequest = z.input<typeof askRequest>;
export type AskResponse = z.output<typeof askResponse>;
export type AskAnswer = z.output<typeof answer>;
export type AskRow = z.output<typeof answerRow>;
export type Cell = z.output<typeof cell>;
export type ChangeRequest = z.input<typeof changeRequest>;
export type ChangeResponse = z.output<typeof changeResponse>;
export type ReceiptsRequest = z.input<typeof receiptsRequest>;
export type ReceiptsResponse = z.output<typeof receiptsResponse>;
export type ClientsResponse = z.output<typeof clientsResponse>;
export type ClientResponse = z.output<typeof clientResponse>;
export type PeersRequest = z.input<typeof peersRequest>;
export type PeersResponse = z.output<typeof peersResponse>;
export type HealthResponse = z.output<typeof healthResponse>;
export type RefusedResponse = z.output<typeof refusedResponse>;
export type ExportRequest = z.input<typeof exportRequest>;
export type ProofRequest = z.input<typeof proofRequest>;
export type ProofBody = z.output<typeof proofBody>;
export type ProofResponse = z.output<typeof proofResponse>;
export type Problem = z.output<typeof problem>;
