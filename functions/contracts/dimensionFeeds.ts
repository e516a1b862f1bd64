import * as z from 'zod';
import { COUNTRY, CURRENCY, may, must, PERSONAL } from './column.ts';
import { defineFeed } from './feed.ts';

/** Who and what the ledger's rows refer to: companies, clients, policies, intermediaries, offices, lines, people. */

const company = () => must.text('Company', 'Compañía');

export const companies = defineFeed({
  name: 'companies',
  kind: 'reference',
  mandatory: true,
  en: 'Companies, and how their core system delivers',
  es: 'Compañías, y cómo entrega su sistema central',
  key: ['company'],
  schema: z.strictObject({
    company: company(),
    name: must.text('Name', 'Nombre'),
    country: must.text('Country', 'País', COUNTRY),
    functional_currency: must.text('Functional currency', 'Moneda funcional', CURRENCY),
    time_zone: must.text('Time zone', 'Zona horaria'),
    movement_source: must.oneOf(
      ['DELIVERED', 'INFERRED'],
      'Movements are delivered, or inferred from snapshots',
      'Los movimientos se entregan, o se infieren de los cortes',
    ),
    future_dated: must.oneOf(
      ['INCLUDED', 'EXCLUDED'],
      'Whether snapshots contain movements dated after the cut-off day',
      'Si los cortes contienen movimientos con fecha posterior al día de corte',
    ),
  }),
});

export const policies = defineFeed({
  name: 'policies',
  kind: 'reference',
  en: 'Policies',
  es: 'Pólizas',
  key: ['company', 'policy_no'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'client_id'], feed: 'clients' },
    { columns: ['company', 'line'], feed: 'lines' },
    { columns: ['company', 'office'], feed: 'offices' },
  ],
  schema: z.strictObject({
    company: company(),
    policy_no: must.text('Policy', 'Póliza'),
    client_id: must.text('Client', 'Cliente'),
    line: must.text('Line of business', 'Ramo'),
    product: may.text('Product', 'Producto'),
    office: may.text('Office', 'Oficina'),
    currency: must.text('Currency', 'Moneda', CURRENCY),
    issue_date: may.date('Issue date', 'Fecha de emisión'),
    coverage_start: must.date('Coverage start', 'Inicio de vigencia'),
    coverage_end: must.date('Coverage end', 'Fin de vigencia'),
    billing_mode: must.oneOf(['DIRECT', 'AGENCY'], 'Who bills', 'Quién cobra'),
    coins_role: may.oneOf(['DIRECT', 'CEDED', 'ACCEPTED'], 'Role in coinsurance', 'Papel en el coaseguro'),
    framework: may.text('Accounting framework', 'Marco contable'),
    cash_value: may.boolean('Has cash values', 'Tiene valores de rescate'),
    status: may.oneOf(['IN_FORCE', 'CANCELLED', 'EXPIRED'], 'Status', 'Estado'),
    written_premium: may.money('Written premium', 'Prima emitida'),
  }),
});

export const clients = defineFeed({
  name: 'clients',
  kind: 'reference',
  mandatory: true,
  en: 'Clients: the only feed that holds personal data',
  es: 'Clientes: la única entrega con datos personales',
  key: ['company', 'client_id'],
  refers: [{ columns: ['company'], feed: 'companies' }],
  schema: z.strictObject({
    company: company(),
    client_id: must.text('Client, a surrogate', 'Cliente, un sustituto'),
    id_type: may.text('Type of identity document', 'Tipo de documento', PERSONAL),
    id_number: may.text('Identity document', 'Documento', PERSONAL),
    name: must.text('Name', 'Nombre', PERSONAL),
    segment: may.text('Segment', 'Segmento'),
    payer_type: must.oneOf(['PRIVATE', 'NATION', 'TERRITORIAL'], 'Type of payer', 'Tipo de pagador'),
    preferred_channel: may.text('Preferred channel', 'Canal preferido'),
    email: may.text('E-mail', 'Correo', PERSONAL),
    phone: may.text('Phone', 'Teléfono', PERSONAL),
    consent_email: may.boolean('Agreed to e-mail', 'Autoriza correo'),
    consent_sms: may.boolean('Agreed to SMS', 'Autoriza SMS'),
    consent_call: may.boolean('Agreed to calls', 'Autoriza llamadas'),
    consent_whatsapp: may.boolean('Agreed to WhatsApp', 'Autoriza WhatsApp'),
  }),
});

export const intermediaries = defineFeed({
  name: 'intermediaries',
  kind: 'reference',
  en: 'Agents, agencies and brokers',
  es: 'Agentes, agencias y corredores',
  key: ['company', 'intermediary'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'office'], feed: 'offices' },
  ],
  schema: z.strictObject({
    company: company(),
    intermediary: must.text('Intermediary', 'Intermediario'),
    name: must.text('Name', 'Nombre'),
    kind: must.oneOf(['AGENT', 'AGENCY', 'BROKER'], 'Kind', 'Clase'),
    office: may.text('Office', 'Oficina'),
  }),
});

export const intermediaryShares = defineFeed({
  name: 'intermediary_shares',
  kind: 'reference',
  en: 'Shares of the intermediaries of a policy; those of one day add up to 100',
  es: 'Participación de los intermediarios de una póliza; las de un día suman 100',
  key: ['company', 'policy_no', 'intermediary', 'valid_from'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'policy_no'], feed: 'policies' },
    { columns: ['company', 'intermediary'], feed: 'intermediaries' },
  ],
  schema: z.strictObject({
    company: company(),
    policy_no: must.text('Policy', 'Póliza'),
    intermediary: must.text('Intermediary', 'Intermediario'),
    valid_from: must.date('Valid from', 'Válido desde'),
    valid_to: may.date('Valid until before', 'Válido hasta antes de'),
    role: may.text('Role', 'Papel'),
    share: must.percent('Share, 0 to 100', 'Participación, 0 a 100'),
    commission: may.percent('Commission, 0 to 100', 'Comisión, 0 a 100'),
  }),
});

export const people = defineFeed({
  name: 'people',
  kind: 'reference',
  en: 'Advisors, collection clerks and managers',
  es: 'Asesores, auxiliares de cartera y gerentes',
  key: ['company', 'person'],
  refers: [
    { columns: ['company'], feed: 'companies' },
    { columns: ['company', 'office'], feed: 'offices' },
  ],
  schema: z.strictObject({
    company: company(),
    person: must.text('Person', 'Persona'),
    name: must.text('Name', 'Nombre'),
    role: must.oneOf(['ADVISOR', 'CLERK', 'MANAGER'], 'Role', 'Papel'),
    office: may.text('Office', 'Oficina'),
  }),
});

export const offices = defineFeed({
  name: 'offices',
  kind: 'reference',
  mandatory: true,
  en: 'Offices',
  es: 'Oficinas',
  key: ['company', 'office'],
  refers: [{ columns: ['company'], feed: 'companies' }],
  schema: z.strictObject({
    company: company(),
    office: must.text('Office', 'Oficina'),
    name: must.text('Name', 'Nombre'),
    city: may.text('City', 'Ciudad'),
    region: may.text('Region', 'Región'),
  }),
});

export const lines = defineFeed({
  name: 'lines',
  kind: 'reference',
  mandatory: true,
  en: 'Lines of business',
  es: 'Ramos',
  key: ['company', 'line'],
  refers: [{ columns: ['company'], feed: 'companies' }],
  schema: z.strictObject({
    company: company(),
    line: must.text('Line of business', 'Ramo'),
    name: must.text('Name', 'Nombre'),
    line_group: may.text('Group', 'Grupo'),
    source_code: may.text('Code in the source', 'Código en la fuente'),
  }),
});

export const holidays = defineFeed({
  name: 'holidays',
  kind: 'reference',
  en: 'Public holidays, as dated data',
  es: 'Festivos, como datos con fecha',
  key: ['country', 'holiday'],
  schema: z.strictObject({
    country: must.text('Country', 'País', COUNTRY),
    holiday: must.date('Holiday', 'Festivo'),
    name: must.text('Name', 'Nombre'),
  }),
});
