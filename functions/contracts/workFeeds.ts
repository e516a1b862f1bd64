import * as z from 'zod';
import { CURRENCY, may, must } from './column.ts';
import { defineFeed } from './feed.ts';
import { TARGETED_DIMENSIONS, TARGETED_KPIS } from './targets.ts';

/** Who works the portfolio and how: assignments, contacts, promises, plans, targets, exclusions. */

const company = () => must.text('Company', 'Compañía');

export const assignments = defineFeed({
  name: 'assignments',
  kind: 'reference',
  en: 'Who is responsible for what, and from when to when',
  es: 'Quién responde por qué, y desde cuándo hasta cuándo',
  key: ['company', 'scope', 'scope_id', 'role', 'valid_from'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'person'], feed: 'people', when: { column: 'role', is: ['ADVISOR', 'CLERK'] } },
    { columns: ['company', 'person'], feed: 'offices', when: { column: 'role', is: ['OFFICE'] } },
    { columns: ['company', 'scope_id'], feed: 'policies', when: { column: 'scope', is: ['POLICY'] } },
    { columns: ['company', 'scope_id'], feed: 'clients', when: { column: 'scope', is: ['CLIENT'] } },
    {
      columns: ['company', 'scope_id'],
      feed: 'intermediaries',
      when: { column: 'scope', is: ['INTERMEDIARY'] },
    },
    { columns: ['company', 'scope_id'], feed: 'offices', when: { column: 'scope', is: ['OFFICE'] } },
  ],
  schema: z.strictObject({
    company: company(),
    scope: must.oneOf(['RECEIPT', 'POLICY', 'CLIENT', 'INTERMEDIARY', 'OFFICE'], 'Scope', 'Alcance'),
    scope_id: must.text('Which receipt, policy, client, intermediary or office', 'Cuál'),
    role: must.oneOf(['ADVISOR', 'CLERK', 'OFFICE'], 'Role', 'Papel'),
    valid_from: must.date('Valid from', 'Válido desde'),
    person: must.text(
      'Person; the office when the role is OFFICE',
      'Persona; la oficina si el papel es OFFICE',
    ),
    valid_to: may.date('Valid until before', 'Válido hasta antes de'),
  }),
});

export const contacts = defineFeed({
  name: 'contacts',
  kind: 'event',
  en: 'Attempts to reach a client',
  es: 'Gestiones de cobro',
  key: ['company', 'contact_id'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'client_id'], feed: 'clients' },
    { columns: ['company', 'policy_no'], feed: 'policies' },
    { columns: ['company', 'person'], feed: 'people' },
  ],
  schema: z.strictObject({
    company: company(),
    contact_id: must.text('Contact', 'Gestión'),
    client_id: must.text('Client', 'Cliente'),
    receipt_no: may.text('Receipt', 'Recibo'),
    policy_no: may.text('Policy', 'Póliza'),
    at: must.timestamp('When', 'Cuándo'),
    channel: must.text('Channel', 'Canal'),
    person: may.text('Who made it', 'Quién la hizo'),
    outcome: must.oneOf(
      ['NO_ANSWER', 'ANSWERED', 'RIGHT_PARTY', 'PROMISE', 'REFUSED'],
      'Outcome',
      'Resultado',
    ),
    note: may.text('Note', 'Nota'),
  }),
});

export const promises = defineFeed({
  name: 'promises',
  kind: 'reference',
  en: 'Promises to pay',
  es: 'Promesas de pago',
  key: ['company', 'promise_id'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'client_id'], feed: 'clients' },
  ],
  schema: z.strictObject({
    company: company(),
    promise_id: must.text('Promise', 'Promesa'),
    receipt_no: must.text('Receipt', 'Recibo'),
    client_id: must.text('Client', 'Cliente'),
    created_on: must.date('Made on', 'Hecha el'),
    due_on: must.date('Promised for', 'Prometida para'),
    amount: must.amount('Amount', 'Valor'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    grace_days: may.integer('Days of grace', 'Días de gracia'),
    threshold: may.percent('Percent that counts as kept', 'Porcentaje que cuenta como cumplida'),
    status: may.oneOf(['OPEN', 'VOID'], 'Status', 'Estado'),
  }),
});

export const plans = defineFeed({
  name: 'plans',
  kind: 'reference',
  en: 'Instalments of payment plans',
  es: 'Cuotas de planes de pago',
  key: ['company', 'plan_id', 'instalment'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'policy_no'], feed: 'policies' },
  ],
  schema: z.strictObject({
    company: company(),
    plan_id: must.text('Plan', 'Plan'),
    instalment: must.integer('Instalment', 'Cuota'),
    policy_no: must.text('Policy', 'Póliza'),
    due_on: must.date('Due on', 'Vence el'),
    amount: must.amount('Amount', 'Valor'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    status: may.text('Status', 'Estado'),
  }),
});

export const targets = defineFeed({
  name: 'targets',
  kind: 'reference',
  en: 'Targets by month, dimension member and KPI',
  es: 'Metas por mes, miembro de dimensión e indicador',
  key: ['company', 'month', 'dimension', 'member', 'kpi', 'target_version'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'member'], feed: 'offices', when: { column: 'dimension', is: ['office'] } },
    {
      columns: ['company', 'member'],
      feed: 'people',
      when: { column: 'dimension', is: ['advisor', 'clerk'] },
    },
    { columns: ['company', 'member'], feed: 'lines', when: { column: 'dimension', is: ['line'] } },
    {
      columns: ['company', 'member'],
      feed: 'intermediaries',
      when: { column: 'dimension', is: ['intermediary'] },
    },
  ],
  schema: z.strictObject({
    company: company(),
    month: must.month('Month, by its first day', 'Mes, por su primer día'),
    dimension: must.text(
      `Dimension: ${TARGETED_DIMENSIONS.join(', ')}`,
      `Dimensión: ${TARGETED_DIMENSIONS.join(', ')}`,
    ),
    member: must.text(
      'Member; of company the company, of total the word total',
      'Miembro; de company la compañía, de total la palabra total',
    ),
    kpi: must.text(`KPI: ${TARGETED_KPIS.join(', ')}`, `Indicador: ${TARGETED_KPIS.join(', ')}`),
    target_version: must.integer('Version of the target', 'Versión de la meta'),
    value: must.quantity('Value', 'Valor'),
  }),
});

export const provisionExclusions = defineFeed({
  name: 'provision_exclusions',
  kind: 'reference',
  en: 'Receipts excluded from the provision, by whom and why',
  es: 'Recibos excluidos de la provisión, por quién y por qué',
  key: ['company', 'receipt_no', 'valid_from'],
  refers: [{ columns: ['company'], feed: 'companies' }],
  schema: z.strictObject({
    company: company(),
    receipt_no: must.text('Receipt', 'Recibo'),
    valid_from: must.date('Valid from', 'Válido desde'),
    valid_to: may.date('Valid until before', 'Válido hasta antes de'),
    reason: must.text('Reason', 'Motivo'),
    approved_by: may.text('Approved by', 'Aprobado por'),
  }),
});
