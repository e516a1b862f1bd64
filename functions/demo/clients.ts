import type { Regime } from './behaviour.ts';
import type { Dice } from './dice.ts';
import { CHANNELS, COMPANIES, type Company, type Segment } from './insurer.ts';
import { businessName, personName, plainLetters, stateName } from './names.ts';

/** Who owes: private persons, businesses and public bodies, each with a habit of paying. */
export interface Client {
  readonly company: Company;
  readonly id: string;
  readonly idType: string;
  readonly idNumber: string;
  readonly name: string;
  readonly segment: Segment;
  readonly payerType: 'PRIVATE' | 'NATION' | 'TERRITORIAL';
  readonly channel: string;
  readonly preferred: string;
  readonly email: string;
  readonly phone: string;
  readonly consents: readonly [boolean, boolean, boolean, boolean];
  /** Usual days late, negative when early, and their spread. */
  readonly usual: number;
  readonly spread: number;
  /** Chance that a receipt is never paid. */
  readonly risk: number;
  /** Set once the client has a policy with many instalments. */
  regime: Regime | null;
}

const SEGMENTS: readonly { segment: Segment; weight: number }[] = [
  { segment: 'PERSONAS', weight: 70 },
  { segment: 'PYME', weight: 22 },
  { segment: 'EMPRESARIAL', weight: 6.2 },
  { segment: 'OFICIAL', weight: 1.8 },
];

/** Makes clients one after the other; new ones wait to be sent. */
export class ClientBook {
  readonly #dice: Dice;
  #count = 0;
  #fresh: Client[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  add(): Client {
    const dice = this.#dice;
    const company = dice.weighted(COMPANIES, ({ weight }) => weight);
    const { segment } = dice.weighted(SEGMENTS, ({ weight }) => weight);
    const nation = dice.chance(0.35);
    const name =
      segment === 'PERSONAS'
        ? personName(dice)
        : segment === 'OFICIAL'
          ? stateName(dice, company.country, nation)
          : businessName(dice, company.country);
    const client: Client = {
      company,
      id: `C${++this.#count}`,
      ...identity(dice, company, segment),
      name,
      segment,
      payerType: segment === 'OFICIAL' ? (nation ? 'NATION' : 'TERRITORIAL') : 'PRIVATE',
      channel: dice.weighted(CHANNELS[company.country], ({ weight }) => weight).channel,
      preferred: dice.pick(['EMAIL', 'SMS', 'CALL', 'WHATSAPP', 'WHATSAPP']),
      email: `${plainLetters(name).split(' ').slice(0, 2).join('.')}${this.#count}@ejemplo.${company.country === 'PA' ? 'pa' : 'co'}`,
      phone:
        company.country === 'PA'
          ? `+507 6${dice.int(100, 999)}-${dice.int(1000, 9999)}`
          : `+57 3${dice.int(0, 2)}${dice.int(0, 9)} ${dice.int(1000000, 9999999)}`,
      consents: [dice.chance(0.85), dice.chance(0.7), dice.chance(0.6), dice.chance(0.65)],
      ...habit(dice, segment),
      regime: null,
    };
    this.#fresh.push(client);
    return client;
  }

  takeFresh(): Client[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

function identity(dice: Dice, company: Company, segment: Segment): { idType: string; idNumber: string } {
  if (company.country === 'PA') {
    return segment === 'PERSONAS'
      ? { idType: 'CEDULA', idNumber: `${dice.int(1, 9)}-${dice.int(100, 899)}-${dice.int(100, 2499)}` }
      : { idType: 'RUC', idNumber: `${dice.int(100000, 999999)}-1-${dice.int(100000, 999999)}` };
  }
  return segment === 'PERSONAS'
    ? { idType: 'CC', idNumber: String(dice.int(10_000_000, 1_099_999_999)) }
    : { idType: 'NIT', idNumber: `${dice.int(800_000_000, 901_999_999)}-${dice.int(0, 9)}` };
}

/** Calibrated on the overdue shares that the Panamanian market showed from 2009 to 2013 (32 to 27 %). */
function habit(dice: Dice, segment: Segment): { usual: number; spread: number; risk: number } {
  if (segment === 'OFICIAL') return { usual: dice.int(-5, 120), spread: 18, risk: 0 };
  const draw = dice.float();
  const later = segment === 'EMPRESARIAL' ? 4 : segment === 'PYME' ? 2 : 0;
  if (draw < 0.68) return { usual: dice.int(-7, -1), spread: 2.5, risk: 0.012 };
  if (draw < 0.88) return { usual: dice.int(0, 5) + later, spread: 3.5, risk: 0.02 };
  if (draw < 0.955) return { usual: dice.int(12, 30) + later, spread: 9, risk: 0.06 };
  return { usual: dice.int(40, 75) + later, spread: 20, risk: 0.15 };
}
