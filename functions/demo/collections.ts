import { type DelayWindow, payday } from './behaviour.ts';
import type { CreditControl } from './creditControl.ts';
import type { Dice } from './dice.ts';
import { ALWAYS_OPEN } from './insurer.ts';
import type { Policy } from './policy.ts';
import type { Receipt } from './receipt.ts';
import { remittanceDay } from './staff.ts';
import type { Day } from './timeline.ts';
import type { Treasury } from './treasury.ts';
import type { World } from './world.ts';

/** Decides when each receipt is paid, by whom, and what goes wrong on the way. */
export class Collections {
  readonly #world: World;
  readonly #treasury: Treasury;
  readonly #windows: readonly DelayWindow[];
  readonly #dice: Dice;
  #control: CreditControl | null = null;

  constructor(world: World, treasury: Treasury, windows: readonly DelayWindow[]) {
    this.#world = world;
    this.#treasury = treasury;
    this.#windows = windows;
    this.#dice = world.dice.fork('collections');
  }

  /** Credit control and collections know each other; it joins when it exists. */
  join(control: CreditControl): void {
    this.#control = control;
  }

  /** Plans the payment of a receipt that was just issued. */
  schedule(receipt: Receipt): void {
    const { agenda, ledger } = this.#world;
    const dice = this.#dice;
    if (receipt.facts.type === 'RETURN') {
      agenda.at(ledger.today + dice.int(1, 40), () => this.#settleReturn(receipt));
      return;
    }
    if (this.#treasury.useCredit(receipt)) return;
    const due = receipt.dueDay ?? receipt.facts.issueDay + 30;
    const { late, disputed } = payday(
      dice,
      this.#world.timeline,
      receipt.client,
      due,
      this.#windowOf(receipt.facts.policy, due),
      this.#slack(due),
    );
    if (disputed) this.#dispute(receipt, due + 2, due + (late ?? 60));
    if (late === null || (late > 70 && receipt.client.payerType === 'PRIVATE' && dice.chance(0.3))) {
      this.#control?.watch(receipt, due);
    }
    if (late === null) return;
    const paid = this.#moneyDay(receipt, Math.max(due + late, receipt.facts.issueDay));
    if (receipt.facts.policy.billing === 'AGENCY') this.#throughIntermediary(receipt, paid);
    else this.#directly(receipt, paid);
  }

  /** Takes no money for a receipt until a day; then plans anew. */
  hold(receipt: Receipt, until: Day): void {
    receipt.ending = true;
    this.#world.agenda.at(until + 1, () => {
      receipt.ending = false;
      if (receipt.isOpen) this.#directly(receipt, this.#moneyDay(receipt, until + this.#dice.int(2, 25)));
    });
  }

  /** The client pays on a day, whatever was planned before. */
  payOn(receipt: Receipt, day: Day): void {
    this.#directly(receipt, this.#moneyDay(receipt, day));
  }

  /** Collection gets better: six days between the first delivery and the last (Panama's overdue share, 2009 to 2013). */
  #slack(due: Day): number {
    const { from, to } = this.#world;
    return 6 * (1 - Math.min(1, Math.max(0, (due - from) / (to - from))));
  }

  /** Money that comes before its receipt. */
  payAhead(policy: Policy, amount: bigint): void {
    this.#treasury.advance(policy, amount);
  }

  #windowOf(policy: Policy, due: Day): DelayWindow | null {
    const main = policy.main?.id;
    return (
      this.#windows.find((window) => window.intermediary === main && due >= window.from && due < window.to) ??
      null
    );
  }

  #moneyDay(receipt: Receipt, day: Day): Day {
    const { policy } = receipt.facts;
    if (ALWAYS_OPEN.has(policy.channel) && this.#dice.chance(0.8)) return day;
    return this.#world.timeline.businessDayFrom(policy.company.country, day);
  }

  #directly(receipt: Receipt, paid: Day): void {
    const { agenda, from } = this.#world;
    const dice = this.#dice;
    const draw = dice.float();
    const night = draw < 0.02;
    // The bank's or the agency's list arrives days after the money: recorded late with the day of the money.
    const late = draw > 0.972 ? dice.int(2, 14) : 0;
    const known = paid + (night ? 1 : late);
    agenda.at(known, () => {
      const onTime = known === paid || paid <= from || this.#world.ledger.today !== known;
      this.#treasury.collect(receipt, onTime ? this.#world.ledger.today : paid, night && !onTime);
    });
  }

  /** The client pays the agency; from then on the agency owes, until it remits. */
  #throughIntermediary(receipt: Receipt, paid: Day): void {
    const { agenda, timeline } = this.#world;
    const { policy } = receipt.facts;
    const main = policy.main;
    if (!main) return;
    agenda.at(paid, () => {
      if (!receipt.isOpen) return;
      receipt.heldBy = 'INTERMEDIARY';
      receipt.changed();
    });
    const window = this.#windowOf(policy, paid);
    const remitted = remittanceDay(main, paid, (day) => timeline.dayOfMonth(day), window?.days ?? 0);
    agenda.at(timeline.businessDayFrom(policy.company.country, remitted), () => {
      if (!receipt.ending) this.#treasury.remit(receipt, main);
    });
  }

  #dispute(receipt: Receipt, opens: Day, closes: Day): void {
    const { agenda } = this.#world;
    const say = (day: Day, disputed: boolean) =>
      agenda.at(day, () => {
        if (!receipt.isOpen) return;
        receipt.disputed = disputed;
        receipt.changed();
      });
    say(opens, true);
    say(closes - 1, false);
  }

  /** What is owed back is set off against an open receipt of the policy, or paid out. */
  #settleReturn(receipt: Receipt): void {
    const { ledger } = this.#world;
    if (!receipt.isOpen) return;
    const other = receipt.facts.policy.receipts.find(
      (candidate) => candidate.isOpen && !candidate.ending && candidate.facts.type !== 'RETURN',
    );
    if (other && this.#dice.chance(0.7)) this.#treasury.setOff(receipt, other);
    else
      ledger.clear({
        receipt,
        type: 'APPLICATION',
        reason: 'REFUND',
        ...this.#treasury.rate(receipt, ledger.today),
      });
    if (receipt.isOpen)
      this.#world.agenda.at(ledger.today + this.#dice.int(5, 60), () => this.#settleReturn(receipt));
  }
}
