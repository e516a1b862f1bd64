import type { Dice } from './dice.ts';
import { COMPANIES, type Company, OFFICES, type Office } from './insurer.ts';
import { brokerageName, personName } from './names.ts';
import type { Day } from './timeline.ts';

/** The people of the insurer, and the intermediaries who sell and collect for it. */

export interface Person {
  readonly company: Company;
  readonly id: string;
  readonly name: string;
  readonly role: 'ADVISOR' | 'CLERK' | 'MANAGER';
  readonly office: Office;
}

export interface Intermediary {
  readonly company: Company;
  readonly id: string;
  readonly name: string;
  readonly kind: 'AGENT' | 'AGENCY' | 'BROKER';
  readonly office: Office;
  readonly weight: number;
  readonly commission: number;
  /** Days of the month on which it remits what its clients paid. */
  readonly remitsOn: readonly number[];
  /** Days that it keeps the money at least. */
  readonly lag: number;
}

export interface Staff {
  readonly people: readonly Person[];
  readonly intermediaries: readonly Intermediary[];
}

export function companyOf(office: Office): Company {
  const company = COMPANIES.find((candidate) => candidate.company === office.company);
  if (!company) throw new RangeError(`no company ${office.company}`);
  return company;
}

/** @param size about how many open receipts a day the insurer has */
export function hireStaff(dice: Dice, size: number): Staff {
  return {
    people: OFFICES.flatMap((office) => officePeople(dice, office)),
    intermediaries: intermediaries(dice, size),
  };
}

function officePeople(dice: Dice, office: Office): Person[] {
  const roles = [
    'MANAGER' as const,
    ...Array.from({ length: office.clerks }, () => 'CLERK' as const),
    ...Array.from({ length: office.advisors }, () => 'ADVISOR' as const),
  ];
  const letters = { MANAGER: 'G', CLERK: 'X', ADVISOR: 'A' };
  return roles.map((role, place) => ({
    company: companyOf(office),
    id: `${letters[role]}${office.office}${place}`,
    name: personName(dice),
    role,
    office,
  }));
}

function intermediaries(dice: Dice, size: number): Intermediary[] {
  const list: Intermediary[] = [];
  const total = Math.max(26, Math.round(Math.sqrt(size) * 1.5));
  const allWeight = OFFICES.reduce((sum, office) => sum + office.weight, 0);
  for (const office of OFFICES) {
    const here = Math.max(2, Math.round((total * office.weight) / allWeight));
    for (let place = 0; place < here; place++) {
      const draw = dice.float();
      const kind = draw < 0.5 ? 'AGENT' : draw < 0.8 ? 'AGENCY' : 'BROKER';
      list.push({
        company: companyOf(office),
        id: `I${office.office}${String(place + 1).padStart(2, '0')}`,
        name: kind === 'AGENT' ? personName(dice) : brokerageName(dice, kind),
        kind,
        office,
        weight: (kind === 'BROKER' ? 6 : kind === 'AGENCY' ? 3 : 1) / (1 + place * 0.15),
        commission: dice.int(8, 20),
        remitsOn: dice.chance(0.5) ? [5, 15, 25] : [10, 20, 28],
        lag: dice.int(2, 12),
      });
    }
  }
  return list;
}

/** A day on which an intermediary remits, at the earliest its lag after the client paid. */
export function remittanceDay(
  intermediary: Intermediary,
  paid: Day,
  dayOfMonth: (day: Day) => number,
  extraLag = 0,
): Day {
  let day = paid + intermediary.lag + extraLag;
  while (!intermediary.remitsOn.includes(dayOfMonth(day))) day++;
  return day;
}
