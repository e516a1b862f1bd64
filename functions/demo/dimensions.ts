import type { Assignments } from './assignments.ts';
import type { Client } from './clients.ts';
import { type FeedFile, row } from './deliveryFiles.ts';
import { COMPANIES, HEAD_OFFICE, LINES, NO_LINE, OFFICES } from './insurer.ts';
import type { Policy } from './policy.ts';
import type { Rates } from './rates.ts';
import type { Intermediary, Person } from './staff.ts';
import type { Day, Timeline } from './timeline.ts';

/** The files of the reference feeds. */

export function companiesFile(): FeedFile {
  return {
    feed: 'companies',
    header: 'company,name,country,functional_currency,time_zone,movement_source,future_dated',
    rows: COMPANIES.map((c) =>
      row([c.company, c.name, c.country, c.currency, c.timeZone, 'DELIVERED', c.futureDated]),
    ),
  };
}

export function officesFile(): FeedFile {
  return {
    feed: 'offices',
    header: 'company,office,name,city,region',
    rows: [
      ...COMPANIES.map(({ company }) => row([company, HEAD_OFFICE, 'Dirección General', '', ''])),
      ...OFFICES.map((o) => row([o.company, o.office, o.name, o.city, o.region])),
    ],
  };
}

export function linesFile(): FeedFile {
  return {
    feed: 'lines',
    header: 'company,line,name,line_group,source_code',
    rows: COMPANIES.flatMap(({ company }) => [
      row([company, NO_LINE, 'Sin ramo', '', '']),
      ...LINES.map((l) => row([company, l.line, l.name, l.group, l.sourceCode])),
    ]),
  };
}

export function peopleFile(people: readonly Person[]): FeedFile {
  return {
    feed: 'people',
    header: 'company,person,name,role,office',
    rows: people.map((p) => row([p.company.company, p.id, p.name, p.role, p.office.office])),
  };
}

export function intermediariesFile(list: readonly Intermediary[]): FeedFile {
  return {
    feed: 'intermediaries',
    header: 'company,intermediary,name,kind,office',
    rows: list.map((i) => row([i.company.company, i.id, i.name, i.kind, i.office.office])),
  };
}

export function clientsFile(clients: readonly Client[]): FeedFile {
  return {
    feed: 'clients',
    header:
      'company,client_id,id_type,id_number,name,segment,payer_type,preferred_channel,email,phone,' +
      'consent_email,consent_sms,consent_call,consent_whatsapp',
    rows: clients.map((c) =>
      row([
        c.company.company,
        c.id,
        c.idType,
        c.idNumber,
        c.name,
        c.segment,
        c.payerType,
        c.preferred,
        c.email,
        c.phone,
        ...c.consents,
      ]),
    ),
  };
}

export function policiesFile(policies: readonly Policy[], timeline: Timeline): FeedFile {
  return {
    feed: 'policies',
    header:
      'company,policy_no,client_id,line,product,office,currency,issue_date,coverage_start,coverage_end,' +
      'billing_mode,coins_role,framework,cash_value,status,written_premium',
    rows: policies.map((p) =>
      row([
        p.company.company,
        p.no,
        p.client.id,
        p.line.line,
        `${p.line.name} ${p.client.segment === 'PERSONAS' ? 'Familia' : 'Empresa'}`,
        p.office.office,
        p.currency,
        timeline.text(p.issueDay),
        timeline.text(p.coverStart),
        timeline.text(p.coverEnd),
        p.billing,
        p.coinsurance,
        'IFRS4',
        p.line.cashValue,
        p.status,
        p.premium,
      ]),
    ),
  };
}

/** The shares never change: they are sent once, with the policy. */
export function sharesFile(policies: readonly Policy[], timeline: Timeline): FeedFile {
  return {
    feed: 'intermediary_shares',
    header: 'company,policy_no,intermediary,valid_from,valid_to,role,share,commission',
    rows: policies.flatMap((p) =>
      p.shares.map(({ intermediary, share }, place) =>
        row([
          p.company.company,
          p.no,
          intermediary.id,
          timeline.text(Math.min(p.issueDay, p.coverStart)),
          '',
          place === 0 ? 'PRINCIPAL' : 'PARTICIPANTE',
          share,
          intermediary.commission,
        ]),
      ),
    ),
  };
}

export function assignmentsFile(assignments: Assignments, timeline: Timeline): FeedFile {
  return {
    feed: 'assignments',
    header: 'company,scope,scope_id,role,valid_from,person,valid_to',
    rows: assignments
      .takeChanges()
      .map((a) =>
        row([
          a.company,
          a.scope,
          a.scopeId,
          a.role,
          timeline.text(a.from),
          a.person,
          a.to === null ? '' : timeline.text(a.to),
        ]),
      ),
  };
}

/** The rates published from `first` to `last`. */
export function ratesFile(rates: Rates, timeline: Timeline, first: Day, last: Day): FeedFile {
  const rows: string[] = [];
  for (let day = first; day <= last; day++) {
    if (!rates.isPublished(day)) continue;
    rows.push(row(['USD', 'COP', timeline.text(day), rates.text(day)]));
    rows.push(row(['PAB', 'COP', timeline.text(day), rates.text(day)]));
  }
  return { feed: 'fx_rates', header: 'from_currency,to_currency,rate_date,rate', rows };
}

/** The balboa is a dollar by law: one rate for ever. */
export function parity(timeline: Timeline): string[] {
  return [row(['PAB', 'USD', timeline.text(0), '1']), row(['USD', 'PAB', timeline.text(0), '1'])];
}
