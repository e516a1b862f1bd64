import { CAUSES } from '../query/change.ts';
import type { Locale } from './problems.ts';

type Said = Readonly<Record<Locale, string>>;

/** What stands over a column where people read it, by the name that programs read. */
const WORDS: Readonly<Record<string, Said>> = {
  ...CAUSES,
  company: { es: 'Compañía', en: 'Company' },
  office: { es: 'Oficina', en: 'Office' },
  line: { es: 'Ramo', en: 'Line of business' },
  advisor: { es: 'Asesor', en: 'Advisor' },
  clerk: { es: 'Auxiliar', en: 'Clerk' },
  intermediary: { es: 'Intermediario', en: 'Intermediary' },
  office_origin: { es: 'Oficina de origen', en: 'Office at origination' },
  advisor_origin: { es: 'Asesor de origen', en: 'Advisor at origination' },
  clerk_origin: { es: 'Auxiliar de origen', en: 'Clerk at origination' },
  currency: { es: 'Moneda', en: 'Currency' },
  functional_currency: { es: 'Moneda funcional', en: 'Functional currency' },
  amount_currency: { es: 'Moneda del importe', en: 'Currency of the amount' },
  notes: { es: 'Notas', en: 'Notes' },
  client: { es: 'Cliente', en: 'Client' },
  policy: { es: 'Póliza', en: 'Policy' },
  receipt: { es: 'Recibo', en: 'Receipt' },
  bucket: { es: 'Altura', en: 'Bucket' },
  policy_bucket: { es: 'Altura de la póliza', en: 'Bucket of the policy' },
  held_by: { es: 'En poder de', en: 'Held by' },
  channel: { es: 'Canal', en: 'Channel' },
  week: { es: 'Semana', en: 'Week' },
  falls: { es: 'Vence', en: 'Falls due' },
  cohort: { es: 'Cosecha', en: 'Cohort' },
  age: { es: 'Meses', en: 'Months' },
  from: { es: 'Desde', en: 'From' },
  to: { es: 'Hacia', en: 'To' },
  kind: { es: 'Clase', en: 'Kind' },
  cause: { es: 'Causa', en: 'Cause' },
  total: { es: 'Total', en: 'Total' },
  name: { es: 'Nombre', en: 'Name' },
  value: { es: 'Valor', en: 'Value' },
  numerator: { es: 'Numerador', en: 'Numerator' },
  denominator: { es: 'Denominador', en: 'Denominator' },
  reason: { es: 'Motivo', en: 'Reason' },
  opening: { es: 'Al comienzo', en: 'At the start' },
  closing: { es: 'Al final', en: 'At the end' },
  change: { es: 'Cambio', en: 'Change' },
  amount: { es: 'Importe', en: 'Amount' },
  client_name: { es: 'Nombre del cliente', en: 'Name of the client' },
  due_date: { es: 'Vencimiento', en: 'Due date' },
  dpd: { es: 'Días de mora', en: 'Days past due' },
  altura: { es: 'Altura', en: 'Bucket' },
  open_total: { es: 'Saldo del documento', en: 'Open, document currency' },
};

/** Words of refused rows: there a line is one of a file, and what is wrong is told in both languages. */
const REFUSED: Readonly<Record<string, Said>> = {
  feed: { es: 'Dato', en: 'Feed' },
  day: { es: 'Día', en: 'Day' },
  file: { es: 'Archivo', en: 'File' },
  line: { es: 'Línea', en: 'Line' },
  column: { es: 'Columna', en: 'Column' },
  code: { es: 'Código', en: 'Code' },
  reason_es: { es: 'Motivo', en: 'Reason (Spanish)' },
  reason: { es: 'Motivo (inglés)', en: 'Reason' },
  raw: { es: 'Como vino', en: 'As sent' },
};

/** Words of receipts, where an amount in the currency of the company stands beside documents in theirs. */
const RECEIPTS: Readonly<Record<string, Said>> = {
  currency: { es: 'Moneda del documento', en: 'Currency of the document' },
};

const OWN: Readonly<Record<string, Readonly<Record<string, Said>>>> = {
  refused: REFUSED,
  receipts: RECEIPTS,
};

/** Names may be asked for that are no columns at all. */
function saidOf(words: Readonly<Record<string, Said>>, name: string): Said | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** The name of a column for a person; of one that has none, the name that programs read. */
export function headOf(
  name: string,
  locale: Locale,
  source: 'figures' | 'receipts' | 'refused' = 'figures',
): string {
  const known = saidOf(OWN[source] ?? {}, name) ?? saidOf(WORDS, name);
  if (known) return known[locale];
  const [, what, day] = /^(value|reason)_(\d{4}-\d{2}-\d{2})$/.exec(name) ?? [];
  const dated = saidOf(WORDS, what ?? '');
  if (dated) return locale === 'es' ? `${dated.es} al ${day}` : `${dated.en} on ${day}`;
  const named = saidOf(WORDS, name.replace(/_name$/, ''));
  if (!named) return name;
  return locale === 'es' ? `${named.es} (nombre)` : `${named.en} (name)`;
}

/** The sheets of a workbook. */
export const SHEETS = {
  cover: { es: 'Portada', en: 'Cover' },
  rows: { es: 'Datos', en: 'Data' },
} as const satisfies Readonly<Record<string, Said>>;
