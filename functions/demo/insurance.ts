import type { DelayWindow } from './behaviour.ts';
import { Billing } from './billing.ts';
import { Collections } from './collections.ts';
import { CreditControl } from './creditControl.ts';
import { Organisation } from './organisation.ts';
import type { Day } from './timeline.ts';
import { Treasury } from './treasury.ts';
import { Underwriting } from './underwriting.ts';
import type { World } from './world.ts';

/** The insurer at work: its departments, day after day. */
export class Insurance {
  readonly world: World;
  readonly underwriting: Underwriting;
  readonly treasury: Treasury;
  readonly collections: Collections;
  readonly billing: Billing;
  readonly control: CreditControl;

  constructor(world: World, windows: readonly DelayWindow[]) {
    this.world = world;
    const organisation = new Organisation(world);
    this.underwriting = new Underwriting(world, windows);
    this.treasury = new Treasury(world);
    this.collections = new Collections(world, this.treasury, windows);
    this.billing = new Billing(world, this.underwriting, this.collections, organisation);
    this.control = new CreditControl(world, this.billing, this.collections, organisation);
    this.collections.join(this.control);
    this.billing.start();
  }

  live(day: Day): void {
    this.world.ledger.startDay(day);
    this.world.agenda.live(day);
    this.control.live(day);
    this.treasury.endDay();
  }
}
