import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { limits } from '../engine/limits.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import { openLake } from '../lake/openLake.ts';
import { configSetting, emptyDisk, numberSetting, setting } from '../lambda/environment.ts';
import { type Call, jobHandler } from '../lambda/job.ts';
import { type Found, Inbox } from './inbox.ts';
import { landDeliveries } from './land.ts';

/** Events of the state machine: which deliveries wait, or: land these. */
const event = z.union([
  z.strictObject({
    /** `named`: addresses in the inbox's bucket that an S3 event told of. */
    find: z.strictObject({ named: z.array(z.string()) }),
  }),
  z.strictObject({ deliveries: z.array(z.string().min(1)).min(1) }),
]);

/** Deliveries that one execution of the state machine takes on, so that its state stays small. */
const MOST = 2_000;
/** Refused deliveries that an answer tells of; `rejected/` in the lake has all. */
const TOLD = 20;
/** Where the files of deliveries are brought to: theirs is a call, for the same address may bring others later. */
const LOCAL = join(tmpdir(), 'alturas-inbox');

export interface Landed {
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejections: number;
  readonly rejected: readonly { readonly delivery: string; readonly code: string; readonly reason: string }[];
  readonly rows: number;
  readonly refused: number;
}

/**
 * The Lambda entry. Environment: ALTURAS_LAKE and ALTURAS_INBOX (`s3://bucket/prefix`), ALTURAS_CONFIG_YAML,
 * ALTURAS_BATCH_MB and ALTURAS_BATCH_SIZE (what lands in one call: its files must fit on the function's disk twice).
 */
export const handler = jobHandler('land', event, async (task, call): Promise<Found | Landed> => {
  await emptyDisk(LOCAL);
  return 'find' in task ? find(task.find.named, call) : land(task.deliveries, call);
});

async function find(named: readonly string[], call: Call): Promise<Found> {
  const lake = await openLake(setting('ALTURAS_LAKE'));
  const place = setting('ALTURAS_INBOX');
  const prefix = place
    .replace(/^s3:\/\/[^/]+\/?/, '')
    .replace(/\/?$/, '/')
    .replace(/^\/$/, '');
  const found = await new Inbox(await openLake(place)).find(await new DeliveryIndex(lake).entries(), {
    named: named.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
    batchBytes: numberSetting('ALTURAS_BATCH_MB', 256) * 1_000_000,
    batchSize: numberSetting('ALTURAS_BATCH_SIZE', 60),
    most: MOST,
  });
  call.count('DeliveriesWaiting', found.waiting);
  call.count('DeliveriesLate', found.late);
  return found;
}

async function land(deliveries: readonly string[], call: Call): Promise<Landed> {
  const inbox = new Inbox(await openLake(setting('ALTURAS_INBOX'), { cache: LOCAL }));
  const lake = await openLake(setting('ALTURAS_LAKE'));
  const folders = await inbox.fetch(deliveries);
  const { memoryMb, threads } = limits();
  const report = await landDeliveries(lake, folders, { config: configSetting(), memoryMb, threads });
  const rejected = report.outcomes.flatMap((outcome) => {
    if (outcome.outcome !== 'rejected') return [];
    const { folder, error } = outcome;
    const delivery = deliveries[folders.indexOf(folder)] ?? folder;
    return [{ delivery, code: error.code, reason: error.toString().slice(0, 2_000) }];
  });
  for (const one of rejected) call.logger.warn('rejected', one);
  call.count('DeliveriesAccepted', report.accepted);
  call.count('DeliveriesRejected', report.rejected);
  call.count('RowsLanded', report.rows);
  call.count('RowsRefused', report.refused);
  return {
    accepted: report.accepted,
    unchanged: report.unchanged,
    rejections: report.rejected,
    rejected: rejected.slice(0, TOLD),
    rows: report.rows,
    refused: report.refused,
  };
}
