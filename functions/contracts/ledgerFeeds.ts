import * as z from 'zod';
import { CURRENCY, may, must } from './column.ts';
import { defineFeed } from './feed.ts';

/** The daily snapshot of receipts, the movements that explain it, and the cash received. */

const company = () => must.text('Company', 'Compañía');

export const receipts = defineFeed({
  name: 'receipts',
  kind: 'snapshot',
  mandatory: true,
  en: 'Every receipt open at the cut-off or touched since the last accepted delivery',
  es: 'Todo recibo abierto al corte o tocado desde la última entrega aceptada',
  key: ['company', 'receipt_no'],
  control: 'open_total',
  signed: [
    'issued_net',
    'issued_expenses',
    'issued_vat',
    'issued_other',
    'issued_total',
    'open_net',
    'open_expenses',
    'open_vat',
    'open_other',
    'open_total',
  ],
  totals: [
    { parts: ['issued_net', 'issued_expenses', 'issued_vat', 'issued_other'], total: 'issued_total' },
    { parts: ['open_net', 'open_expenses', 'open_vat', 'open_other'], total: 'open_total' },
  ],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'line'], feed: 'lines' },
    { columns: ['company', 'office'], feed: 'offices' },
    { columns: ['company', 'client_id'], feed: 'clients' },
    { columns: ['company', 'policy_no'], feed: 'policies' },
  ],
  schema: z.strictObject({
    company: company(),
    receipt_no: must.text('Receipt number', 'Número de recibo'),
    receipt_type: must.text('Receipt type; it decides the sign', 'Tipo de recibo; decide el signo'),
    client_id: must.text('Client', 'Cliente'),
    policy_no: must.text('Policy', 'Póliza'),
    endorsement_no: may.text('Endorsement', 'Anexo'),
    instalment_no: may.integer('Instalment number', 'Número de cuota'),
    line: must.text('Line of business', 'Ramo'),
    office: may.text('Office', 'Oficina'),
    issue_date: must.date('Issue date', 'Fecha de emisión'),
    effective_date: may.date('Effective date', 'Fecha de efecto'),
    due_date: may.date('Due date', 'Fecha de vencimiento'),
    original_due_date: may.date('Due date before any restructuring', 'Vencimiento original'),
    coverage_start: may.date('Coverage start', 'Inicio de vigencia'),
    coverage_end: may.date('Coverage end', 'Fin de vigencia'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    issued_net: must.money('Issued net premium', 'Prima neta emitida'),
    issued_expenses: must.money('Issued expenses', 'Gastos de expedición emitidos'),
    issued_vat: must.money('Issued VAT', 'IVA emitido'),
    issued_other: must.money('Issued other taxes', 'Otros impuestos emitidos'),
    issued_total: must.money('Issued total', 'Total emitido'),
    open_net: must.money('Open net premium', 'Saldo de prima neta'),
    open_expenses: must.money('Open expenses', 'Saldo de gastos'),
    open_vat: must.money('Open VAT', 'Saldo de IVA'),
    open_other: must.money('Open other taxes', 'Saldo de otros impuestos'),
    open_total: must.money('Open total', 'Saldo total'),
    held_by: must.oneOf(['POLICYHOLDER', 'INTERMEDIARY'], 'Who holds the money', 'En manos de quién'),
    disputed: must.boolean('Disputed', 'En disputa'),
    our_share: may.percent('Our share in coinsurance', 'Participación en coaseguro'),
    channel: may.text('Payment channel agreed', 'Canal de pago pactado'),
    closed_reason: may.oneOf(
      ['PAID', 'CANCELLED', 'WRITTEN_OFF', 'OTHER'],
      'Why it closed; empty while open',
      'Motivo de cierre; vacío si está abierto',
    ),
  }),
});

const FROM_RECEIPT = [
  'receipt_type',
  'client_id',
  'policy_no',
  'line',
  'office',
  'currency',
  'issue_date',
  'effective_date',
  'due_date',
  'original_due_date',
  'coverage_start',
  'held_by',
  'channel',
] as const;

export const movements = defineFeed({
  name: 'movements',
  kind: 'event',
  en: 'Signed ledger events, as the receipt sees them: what raises it is positive, an application negative, its reversal positive; those of a receipt type whose sign is -1 (a return) are turned at landing, like its amounts',
  es: 'Movimientos con signo, vistos desde el recibo: lo que lo aumenta es positivo, un recaudo negativo, su reverso positivo; los de un tipo de recibo de signo -1 (una devolución) se invierten al recibirlos, como sus valores',
  key: ['company', 'movement_id'],
  control: 'total',
  signed: ['net', 'expenses', 'vat', 'other', 'total'],
  totals: [{ parts: ['net', 'expenses', 'vat', 'other'], total: 'total' }],
  enriched: FROM_RECEIPT.map((name) => {
    const column = receipts.columns.find((candidate) => candidate.name === name);
    if (!column) throw new TypeError(`receipts has no column ${name}`);
    return { ...column, key: false };
  }),
  schema: z.strictObject({
    company: company(),
    movement_id: must.text('Movement', 'Movimiento'),
    receipt_no: must.text('Receipt, in the same delivery', 'Recibo, en la misma entrega'),
    type: must.oneOf(
      ['ISSUE', 'ENDORSEMENT', 'APPLICATION', 'REVERSAL', 'CANCELLATION', 'WRITE_OFF', 'FX', 'TRANSFER'],
      'Type of movement',
      'Tipo de movimiento',
    ),
    business_date: must.date('Business date, given by the source', 'Fecha de negocio, dada por la fuente'),
    recorded_at: must.timestamp('When the source recorded it', 'Cuándo lo registró la fuente'),
    net: must.money('Net premium', 'Prima neta'),
    expenses: must.money('Expenses', 'Gastos'),
    vat: must.money('VAT', 'IVA'),
    other: must.money('Other taxes', 'Otros impuestos'),
    total: must.money('Total', 'Total'),
    rate: may.rate(
      'Functional units per unit of the receipt currency, at payment',
      'Unidades funcionales por unidad de la moneda del recibo, al pago',
    ),
    payment_no: may.text('Payment', 'Pago'),
    reversal_of: may.text('Movement that this one reverses', 'Movimiento que este reversa'),
    reason: may.text('Reason, for example NON_PAYMENT', 'Motivo, por ejemplo NON_PAYMENT'),
    allocated_by_us: may.boolean('Allocated by us, not by the source', 'Aplicado por nosotros'),
  }),
});

export const payments = defineFeed({
  name: 'payments',
  kind: 'snapshot',
  en: 'Payments with an unapplied balance at the cut-off, or touched since the last accepted delivery',
  es: 'Pagos con saldo sin aplicar al corte, o tocados desde la última entrega aceptada',
  key: ['company', 'payment_no'],
  control: 'amount',
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'client_id'], feed: 'clients' },
    { columns: ['company', 'policy_no'], feed: 'policies' },
    { columns: ['company', 'intermediary'], feed: 'intermediaries' },
  ],
  schema: z.strictObject({
    company: company(),
    payment_no: must.text('Payment', 'Pago'),
    client_id: may.text('Payer', 'Pagador'),
    policy_no: may.text('Policy', 'Póliza'),
    intermediary: may.text('Intermediary who remitted it', 'Intermediario que lo remitió'),
    received_date: must.date('Date received', 'Fecha de recibo'),
    value_date: may.date('Value date', 'Fecha valor'),
    recorded_at: must.timestamp('When the source recorded it', 'Cuándo lo registró la fuente'),
    amount: must.amount('Amount', 'Valor'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    channel: may.text('Payment channel', 'Canal de pago'),
    bank_ref: may.text('Bank reference', 'Referencia bancaria'),
    status: must.oneOf(['OK', 'REVERSED'], 'Status', 'Estado'),
    reversed_date: may.date('Date reversed', 'Fecha de reverso'),
    unapplied_amount: must.amount('Amount not applied yet', 'Valor sin aplicar'),
  }),
});

export const fxRates = defineFeed({
  name: 'fx_rates',
  kind: 'reference',
  en: 'Exchange rates: units of to_currency per unit of from_currency',
  es: 'Tasas de cambio: unidades de to_currency por unidad de from_currency',
  key: ['from_currency', 'to_currency', 'rate_date'],
  schema: z.strictObject({
    from_currency: must.text('From currency', 'Moneda de origen', CURRENCY),
    to_currency: must.text('To currency', 'Moneda de destino', CURRENCY),
    rate_date: must.date('Date', 'Fecha'),
    rate: must.rate('Rate', 'Tasa'),
  }),
});

export const glBalances = defineFeed({
  name: 'gl_balances',
  kind: 'reference',
  en: 'Balances of the general ledger',
  es: 'Saldos de la contabilidad',
  key: ['company', 'period', 'account', 'office', 'line', 'currency'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'office'], feed: 'offices' },
    { columns: ['company', 'line'], feed: 'lines' },
  ],
  schema: z.strictObject({
    company: company(),
    period: must.date('Period, by its first day', 'Período, por su primer día'),
    account: must.text('Account', 'Cuenta'),
    office: must.text('Office', 'Oficina'),
    line: must.text('Line of business', 'Ramo'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    opening: must.money('Opening balance', 'Saldo inicial'),
    debit: must.money('Debit', 'Débito'),
    credit: must.money('Credit', 'Crédito'),
    closing: must.money('Closing balance', 'Saldo final'),
    extracted_at: may.timestamp('When it was extracted', 'Cuándo se extrajo'),
  }),
});

export const glEntries = defineFeed({
  name: 'gl_entries',
  kind: 'event',
  en: 'Entries of the general ledger',
  es: 'Asientos de la contabilidad',
  key: ['company', 'doc_no', 'doc_line'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'office'], feed: 'offices' },
    { columns: ['company', 'line'], feed: 'lines' },
  ],
  schema: z.strictObject({
    company: company(),
    doc_no: must.text('Document', 'Comprobante'),
    doc_line: must.integer('Line of the document', 'Renglón'),
    account: must.text('Account', 'Cuenta'),
    office: may.text('Office', 'Oficina'),
    line: may.text('Line of business', 'Ramo'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    amount: must.money('Amount, debit positive', 'Valor, débito positivo'),
    posting_date: must.date('Posting date', 'Fecha contable'),
    ref: may.text('Receipt or payment it refers to', 'Recibo o pago de referencia'),
  }),
});
