import { type DelayWindow, drawRegime } from './behaviour.ts';
import type { Client } from './clients.ts';
import type { Dice } from './dice.ts';
import { LINES, type Line, OFFICES, SEGMENT_FACTOR } from './insurer.ts';
import type { Policy, Share } from './policy.ts';
import type { Intermediary } from './staff.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Policies per open receipt of a day: found by running the simulation. */
const POLICIES_PER_RECEIPT = 1.56;

/** Part of the year's policies that starts in each month. */
const SEASON = [1.35, 1, 1, 0.85, 0.95, 1.15, 1.15, 1, 0.9, 0.95, 0.85, 1.25] as const;

/** Makes policies: who buys what, through whom, and how it shall be paid. */
export class Underwriting {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #windows: readonly DelayWindow[];
  readonly #clients: Client[] = [];
  readonly #labelled: Client[] = [];
  #count = 0;
  #changed = new Set<Policy>();

  constructor(world: World, windows: readonly DelayWindow[]) {
    this.#world = world;
    this.#windows = windows;
    this.#dice = world.dice.fork('underwriting');
  }

  /** The days of the year before the simulation on which its first book of policies was sold. */
  firstStarts(): Day[] {
    const { timeline, start, size } = this.#world;
    const days = Array.from({ length: 365 }, (_, i) => start - 365 + i);
    const weights = days.map((day) => SEASON[timeline.monthOfYear(day)] ?? 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const policies = Math.round(size * POLICIES_PER_RECEIPT);
    const starts: Day[] = [];
    let quota = 0;
    for (const [i, day] of days.entries()) {
      quota += ((weights[i] ?? 1) / total) * policies;
      for (; starts.length < Math.round(quota); ) starts.push(day);
    }
    return starts;
  }

  newPolicy(): Policy {
    const dice = this.#dice;
    const client = this.#buyer();
    const { company, segment } = client;
    const line = dice.weighted(LINES, ({ weight }) => weight[segment]);
    const office = dice.weighted(
      OFFICES.filter((candidate) => candidate.company === company.company),
      ({ weight }) => weight,
    );
    const shares = this.#shares(company.company, office.office, segment === 'PERSONAS');
    const main = shares[0]?.intermediary ?? null;
    const agency = main !== null && main.kind !== 'AGENT' && dice.chance(0.38);
    const dollars =
      company.currency === 'USD' ||
      (segment !== 'PERSONAS' && dice.chance(line.line === 'TR' || line.line === 'CC' ? 0.3 : 0.03));
    const coinsurance =
      segment === 'PERSONAS' || segment === 'PYME'
        ? 'DIRECT'
        : dice.weighted(
            ['DIRECT', 'CEDED', 'ACCEPTED'] as const,
            (role) => ({ DIRECT: 80, CEDED: 12, ACCEPTED: 8 })[role],
          );
    const policy: Policy = {
      company,
      no: `P${++this.#count}`,
      client,
      line,
      office,
      currency: client.company.company === 'PA' && segment === 'OFICIAL' ? 'PAB' : dollars ? 'USD' : 'COP',
      billing: agency ? 'AGENCY' : 'DIRECT',
      coinsurance,
      ourShare: coinsurance === 'DIRECT' ? 100 : dice.pick([30, 40, 50, 60, 70]),
      shares,
      main,
      channel: agency ? 'INTERMEDIARIO' : client.channel,
      ...this.#plan(line, segment),
      term: company.company === 'PA' ? dice.int(5, 30) : segment === 'PERSONAS' ? 30 : dice.int(30, 45),
      premium: this.#premium(line, segment, dollars),
      issueDay: 0,
      coverStart: 0,
      coverEnd: 0,
      status: 'IN_FORCE',
      endorsements: 0,
      receipts: [],
      glKeys: [undefined, undefined, undefined, undefined, undefined],
    };
    this.#label(policy);
    return policy;
  }

  /** A steady payer of monthly instalments gets a regime, whose truth is known. */
  #label({ client, instalments, billing, main }: Policy): void {
    if (instalments !== 12 || billing !== 'DIRECT' || client.regime || client.payerType !== 'PRIVATE') return;
    if (client.usual > 15) return;
    const { from, to, timeline, ledger } = this.#world;
    const window = this.#windows.find(({ intermediary }) => intermediary === main?.id) ?? null;
    client.regime = drawRegime(this.#dice, timeline, Math.max(from, ledger.today), to, window);
    this.#labelled.push(client);
  }

  /** Payers whose behaviour is known, in the order in which they came. */
  get labelled(): readonly Client[] {
    return this.#labelled;
  }

  /** The policy's row must be sent again. */
  changed(policy: Policy): void {
    this.#changed.add(policy);
  }

  takeChanged(): Policy[] {
    const policies = [...this.#changed];
    this.#changed = new Set();
    return policies;
  }

  #buyer(): Client {
    const { clients } = this.#world;
    if (this.#clients.length > 20 && this.#dice.chance(0.38)) return this.#dice.pick(this.#clients);
    const client = clients.add();
    this.#clients.push(client);
    return client;
  }

  #shares(company: string, office: string, person: boolean): Share[] {
    const dice = this.#dice;
    if (dice.chance(person ? 0.15 : 0.06)) return [];
    const near = this.#world.staff.intermediaries.filter(
      (candidate) => candidate.company.company === company && candidate.office.office === office,
    );
    const main = dice.weighted(near, ({ weight }) => weight);
    const others = near.filter((candidate) => candidate !== main);
    if (person || others.length < 2 || !dice.chance(0.09)) return [{ intermediary: main, share: '100' }];
    const second = dice.pick(others);
    const third = others.find((candidate) => candidate !== second);
    const split = dice.pick(['60/40', '50/50', '70/30', 'thirds']);
    if (split === 'thirds' && third) return thirds(main, second, third);
    const [large = '60', small = '40'] = split === 'thirds' ? [] : split.split('/');
    return [
      { intermediary: main, share: large },
      { intermediary: second, share: small },
    ];
  }

  #plan(line: Line, segment: Client['segment']): Pick<Policy, 'instalments' | 'upFront'> {
    const dice = this.#dice;
    if (segment === 'PERSONAS') {
      const monthly = ['VI', 'SA', 'EX', 'VG'].includes(line.line) ? 0.8 : 0.36;
      const instalments = dice.chance(monthly) ? 12 : dice.pick([1, 1, 2, 4, 4, 6] as const);
      return { instalments, upFront: instalments < 12 && dice.chance(0.12) };
    }
    const instalments = dice.pick(
      segment === 'OFICIAL' ? ([1, 1, 2, 4] as const) : ([1, 2, 4, 4, 6, 12, 12] as const),
    );
    return { instalments, upFront: instalments <= 4 && dice.chance(0.2) };
  }

  /** Whole units of the currency a year. */
  #premium(line: Line, segment: Client['segment'], dollars: boolean): number {
    const thousands = line.premium * SEGMENT_FACTOR[segment] * this.#dice.skewed(0.55);
    return dollars ? Math.max(60, Math.round(thousands / 3.6)) : Math.max(180, Math.round(thousands)) * 1000;
  }
}

/** The largest share stands first, so that the first is the main intermediary. */
function thirds(first: Intermediary, second: Intermediary, third: Intermediary): Share[] {
  return [
    { intermediary: first, share: '33.34' },
    { intermediary: second, share: '33.33' },
    { intermediary: third, share: '33.33' },
  ];
}
