import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import type { CompanyFacts, LedgerPlan } from '../support/ledgerFixture.ts';
import { agingCells } from './aging.ts';
import type { FigureCell } from './cells.ts';
import { asDelivered, type DayView, dayBefore, viewOf } from './clock.ts';
import { type Flow, flowsBetween } from './flow.ts';
import { ALTURAS, type Altura, type Position, positionsOf } from './position.ts';

/**
 * A company's book between two closes, on one of two clocks: as delivered (every day with what it knew) or restated
 * (all days with one knowledge). Days are computed once, for tests ask for many figures of the same ones.
 */
export class Book {
  readonly plan: LedgerPlan;
  readonly company: CompanyFacts;
  readonly last: DayView;
  readonly restated: boolean;
  readonly alturas: readonly Altura[];
  /** The views that lead to the last one, newest first: as delivered, each is the one its successor knew. */
  readonly #chain: DayView[];
  #positions: readonly Position[] | null = null;
  readonly #flows = new Map<BusinessDate, readonly Flow[]>();
  readonly #before = new Map<BusinessDate, DayView | null>();

  constructor(
    plan: LedgerPlan,
    company: CompanyFacts,
    asOf: BusinessDate,
    knownAt: number | null = null,
    alturas: readonly Altura[] = ALTURAS,
  ) {
    const last = knownAt === null ? asDelivered(plan, asOf) : viewOf(plan, asOf, knownAt);
    if (!last) throw new Error(`${asOf} is before the first delivery`);
    this.plan = plan;
    this.company = company;
    this.last = last;
    this.restated = knownAt !== null;
    this.alturas = alturas;
    this.#chain = [last];
  }

  get asOf(): BusinessDate {
    return this.last.asOf;
  }

  /** A day up to the last one, as this book's clock sees it; null before the first delivery. */
  view(asOf: BusinessDate): DayView | null {
    if (this.restated) return viewOf(this.plan, asOf, this.last.at);
    for (;;) {
      const found = this.#chain.find((view) => view.asOf <= asOf);
      if (found) return found.asOf === asOf ? found : null;
      const oldest = this.#chain.at(-1);
      const before = oldest && dayBefore(this.plan, oldest);
      if (!before) return null;
      this.#chain.push(before);
    }
  }

  /** What moved after the close of one day, up to the last day. */
  flowsSince(opened: BusinessDate, upTo: BusinessDate = this.asOf): Flow[] {
    const flows: (readonly Flow[])[] = [];
    for (let view = this.view(upTo); view !== null && view.asOf > opened; ) {
      const previous = this.#previous(view);
      let own = this.#flows.get(view.asOf);
      if (!own) {
        own = flowsBetween(this.plan, this.company, previous, view);
        this.#flows.set(view.asOf, own);
      }
      flows.unshift(own);
      view = previous;
    }
    return flows.flat();
  }

  #previous(view: DayView): DayView | null {
    const known = this.#before.get(view.asOf);
    if (known !== undefined) return known;
    const previous = this.restated
      ? viewOf(this.plan, addDays(view.asOf, -1), view.at)
      : dayBefore(this.plan, view);
    this.#before.set(view.asOf, previous);
    return previous;
  }

  /** Aging of a day; nothing before the first delivery. */
  aging(asOf: BusinessDate = this.asOf): FigureCell[] {
    const view = this.view(asOf);
    return view === null ? [] : agingCells(this.plan, this.company, view, this.alturas);
  }

  /** What is open on the last day. */
  get positions(): readonly Position[] {
    this.#positions ??= positionsOf(this.plan, this.company, this.last);
    return this.#positions;
  }
}
