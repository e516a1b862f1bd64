import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FeedName, feedOf } from '../../functions/contracts/feeds.ts';
import { addDays, type BusinessDate, eachDay } from '../../functions/core/dates.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';

/**
 * A portfolio in a steady state, for measuring only: about `open` receipts are open on any day, each lives 20 to 200
 * days and is paid in one piece or two, some never. Made by SQL, so that a million rows take seconds.
 */
export interface Portfolio {
  readonly open: number;
  readonly first: BusinessDate;
  readonly days: number;
}

const OFFICES = 60;
const LINES = 15;
/** Mean days that a receipt of this portfolio stays open. */
const MEAN_LIFE = 110;

export class PortfolioWriter {
  readonly #session: Session;
  readonly #portfolio: Portfolio;

  private constructor(session: Session, portfolio: Portfolio) {
    this.#session = session;
    this.#portfolio = portfolio;
  }

  static async open(portfolio: Portfolio, scratch: string): Promise<PortfolioWriter> {
    const session = await Session.open({ scratch, trino: false, memoryLimit: '4GB' });
    const daily = Math.ceil(portfolio.open / MEAN_LIFE);
    const warmUp = 200;
    const start = addDays(portfolio.first, -warmUp);
    await session.run(`create table item as
      with numbered as (
        select i, date '${start}' + cast(i // ${daily} as integer) as issued, hash(i) % 1000003 as h
        from range(${daily * (warmUp + portfolio.days)}) t(i)
      )
      select i, issued, cast(issued + cast(30 + h % 30 as integer) as date) as due,
        cast(20 + h % 180 as integer) as life, cast(20 + h % 180 as integer) // 2 as half, h % 4 = 0 as in_parts,
        cast(50000 + h as decimal(18,2)) as net, cast(cast(50000 + h as decimal(18,2)) * 0.19 as decimal(18,2)) as vat,
        (i % ${Math.max(1, Math.floor(portfolio.open / 3))}) as client, i // 3 as policy,
        i % ${OFFICES} as office, (i // 7) % ${LINES} as line, h % 20 = 0 as dollars
      from numbered`);
    return new PortfolioWriter(session, portfolio);
  }

  close(): void {
    this.#session.close();
  }

  /** Writes the delivery of one day; the first also brings the dimensions. */
  async write(directory: string, day: BusinessDate): Promise<void> {
    const folder = join(directory, day);
    await mkdir(folder, { recursive: true });
    await this.#session.run(`create or replace temp table today as
      select *, day - issued as age from (select *, date '${day}' as day from item) t
      where issued <= day and day - issued <= life`);
    const files: { feed: FeedName; name: string; rows: number; sums?: Record<string, string> }[] = [];
    if (day === this.#portfolio.first) files.push(...(await this.#dimensions(folder)));
    files.push(await this.#copy(folder, 'receipts', receiptsSql, 'open_total'));
    files.push(await this.#copy(folder, 'movements', movementsSql, 'total'));
    const control = {
      version: 1,
      business_date: day,
      cutoff_at: `${day} 23:00:00`,
      delivery_number: [...eachDay(this.#portfolio.first, day)].length,
      files,
    };
    await writeFile(join(folder, 'control.json'), JSON.stringify(control));
  }

  async #copy(folder: string, feed: FeedName, sql: string, control: string | null) {
    const name = `${feed}.csv`;
    await this.#session.run(`create or replace temp table out as ${sql}`);
    const columns = feedOf(feed).columns.map((column) => column.name);
    const rows = await this.#session.run(
      `copy (select ${columns.join(', ')} from out) to ${literal(join(folder, name))} (header true)`,
    );
    if (control === null) return { feed, name, rows };
    const sums = await this.#session.rows(
      `select currency, sum(${control}) as sum from out group by currency`,
    );
    return {
      feed,
      name,
      rows,
      sums: Object.fromEntries(sums.map((row) => [String(row.currency), String(row.sum)])),
    };
  }

  async #dimensions(folder: string) {
    const plain = (feed: FeedName, sql: string) => this.#copy(folder, feed, sql, null);
    const { open } = this.#portfolio;
    return [
      await plain(
        'companies',
        `select 'CO' as company, 'Bench' as name, 'CO' as country, 'COP' as functional_currency,
          'America/Bogota' as time_zone, 'DELIVERED' as movement_source, 'EXCLUDED' as future_dated`,
      ),
      await plain(
        'offices',
        `select 'CO' as company, 'O' || i as office, 'Office ' || i as name, null as city, null as region from range(${OFFICES}) t(i)`,
      ),
      await plain(
        'lines',
        `select 'CO' as company, 'L' || i as line, 'Line ' || i as name, null as line_group, null as source_code from range(${LINES}) t(i)`,
      ),
      await plain(
        'clients',
        `select 'CO' as company, 'C' || i as client_id, null as id_type, null as id_number, 'Client ' || i as name, null as segment,
          'PRIVATE' as payer_type, null as preferred_channel, null as email, null as phone, null as consent_email,
          null as consent_sms, null as consent_call, null as consent_whatsapp from range(${Math.max(1, Math.floor(open / 3))}) t(i)`,
      ),
      await plain(
        'assignments',
        `select 'CO' as company, 'OFFICE' as scope, 'O' || i as scope_id, role, date '2000-01-01' as valid_from,
          role || '-' || i as person, null as valid_to
         from range(${OFFICES}) t(i) cross join (values ('ADVISOR'), ('CLERK')) r(role)`,
      ),
      await plain(
        'fx_rates',
        `select 'USD' as from_currency, 'COP' as to_currency, cast(d as date) as rate_date, 4000 + hash(d) % 200 as rate
         from range(date '2020-01-01', date '2028-01-01', interval 1 day) t(d)`,
      ),
    ];
  }
}

const receiptsSql = `
  with opened as (
    select *, case when age = life then 0 when in_parts and age >= half then 0.5 else 1 end as rest from today
  )
  select 'CO' as company, 'R' || i as receipt_no, 'PREMIUM' as receipt_type, 'C' || client as client_id, 'P' || policy as policy_no,
    null as endorsement_no, 1 as instalment_no, 'L' || line as line, 'O' || office as office,
    issued as issue_date, issued as effective_date, due as due_date, due as original_due_date, issued as coverage_start,
    issued + 365 as coverage_end, case when dollars then 'USD' else 'COP' end as currency,
    net as issued_net, 0.00 as issued_expenses, vat as issued_vat, 0.00 as issued_other, net + vat as issued_total,
    cast(net * rest as decimal(18,2)) as open_net, 0.00 as open_expenses, cast(vat * rest as decimal(18,2)) as open_vat, 0.00 as open_other,
    cast(net * rest as decimal(18,2)) + cast(vat * rest as decimal(18,2)) as open_total,
    'POLICYHOLDER' as held_by, false as disputed, null as our_share, 'PSE' as channel,
    case when age = life then 'PAID' end as closed_reason
  from opened order by i`;

const movementsSql = `
  with touched as (
    select *, 'ISSUE' as type, net as n, vat as v from today where age = 0
    union all
    select *, 'APPLICATION', cast(net * 0.5 as decimal(18,2)) - net, cast(vat * 0.5 as decimal(18,2)) - vat from today where in_parts and age = half
    union all
    select *, 'APPLICATION', case when in_parts then -cast(net * 0.5 as decimal(18,2)) else -net end,
      case when in_parts then -cast(vat * 0.5 as decimal(18,2)) else -vat end from today where age = life
  )
  select 'CO' as company, type || i || '/' || age as movement_id, 'R' || i as receipt_no, type, day as business_date,
    day || ' 18:00:00' as recorded_at, n as net, 0.00 as expenses, v as vat, 0.00 as other, n + v as total, null as rate,
    null as payment_no, null as reversal_of, null as reason, null as allocated_by_us,
    case when dollars then 'USD' else 'COP' end as currency
  from touched order by i`;
