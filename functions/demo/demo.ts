import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Accounting } from './accounting.ts';
import { Arrangements } from './arrangements.ts';
import { BreakLog } from './breaks.ts';
import { planDelays } from './delays.ts';
import { DeliveryWriter } from './deliveryFiles.ts';
import { FieldWork } from './fieldWork.ts';
import { Insurance } from './insurance.ts';
import { LAST_DAY } from './lastDay.ts';
import { Outbox } from './outbox.ts';
import { Targets } from './targets.ts';
import { writeTruth } from './truth.ts';
import { createWorld } from './world.ts';

export interface DemoOptions {
  /** The same seed gives the same bytes. */
  readonly seed?: number;
  /** About how many receipts are open on a day. */
  readonly receipts?: number;
  /** Days of deliveries. */
  readonly days?: number;
  /** Last day, YYYY-MM-DD. */
  readonly to?: string;
  /** Called with the folder of every delivery once it is complete, in order. */
  readonly onDelivery?: (folder: string) => void;
}

export interface DemoSummary {
  /** Holds one folder a delivery: what `alturas land` takes. */
  readonly deliveries: string;
  /** Holds what nobody delivers: regimes of payers, breaks of the general ledger, bad rows, incidents. */
  readonly truth: string;
  readonly from: string;
  readonly to: string;
  readonly folders: number;
  readonly bytes: number;
  readonly receiptRows: number;
  readonly movements: number;
}

/**
 * Writes the deliveries of the fictional insurer below `directory`, and the truth about it beside them.
 * The folders of the deliveries are those that `alturas land` takes.
 */
export async function writeDemo(directory: string, options: DemoOptions = {}): Promise<DemoSummary> {
  const { seed = 1, receipts = 8000, days = 548, to = LAST_DAY, onDelivery = () => undefined } = options;
  const world = createWorld(seed, receipts, days, to);
  const windows = planDelays(world);
  const insurance = new Insurance(world, windows);
  const { billing, collections, underwriting } = insurance;
  const breaks = new BreakLog();
  const departments = [
    new Accounting(world, breaks),
    new FieldWork(world, collections),
    new Arrangements(world, billing, collections),
    new Targets(world),
  ];
  const deliveries = join(directory, 'deliveries');
  await mkdir(deliveries, { recursive: true });
  const writer = new DeliveryWriter(deliveries, onDelivery);
  const outbox = new Outbox(insurance, writer, departments);
  for (let day = world.start; day <= world.to; day++) {
    insurance.live(day);
    for (const department of departments) department.live(day);
    if (day >= world.from) await outbox.deliver(day);
    else world.ledger.delivered();
  }
  await writer.finish();
  const truth = join(directory, 'truth');
  await writeTruth(truth, {
    timeline: world.timeline,
    labelled: underwriting.labelled,
    windows,
    breaks,
    outbox,
  });
  return {
    deliveries,
    truth,
    from: world.timeline.text(world.from),
    to: world.timeline.text(world.to),
    folders: outbox.sent.length,
    bytes: writer.bytes,
    receiptRows: outbox.receiptRows,
    movements: outbox.movements,
  };
}
