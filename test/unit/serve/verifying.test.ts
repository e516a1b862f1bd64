import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProofBody, proofResponse } from '../../../functions/serve/api.ts';
import { servingFolder } from '../../../functions/serve/house.ts';
import { Signer } from '../../../functions/serve/signer.ts';
import { alturas } from '../../support/commands.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const DAY = '2026-06-30';

let ledger: ServedLedger;
let genuine: ProofBody;
/** The key of the house that gave the receipt, and one that somebody made. */
let house: Signer;
let stranger: Signer;
let houseFile: string;
let strangerFile: string;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-28', DAY));
  const co = plan.company('CO');
  co.receipt('1', { total: 1_000, issued: '2026-06-28', due: '2026-06-29', office: '01' }).paid(100, DAY);
  co.receipt('2', { total: 500, issued: '2026-06-28', due: '2026-07-29', office: '01' });
  ledger = await ServedLedger.of(plan);
  house = await Signer.open(ledger.directory);
  stranger = await Signer.open(join(ledger.directory, 'stranger'));
  houseFile = join(ledger.directory, 'house.jwk');
  strangerFile = join(ledger.directory, 'stranger.jwk');
  await writeFile(houseFile, JSON.stringify(house.publicKey));
  await writeFile(strangerFile, JSON.stringify(stranger.publicKey));
  const client = await ledger.as();
  const { body } = await client.post('/api/proof', {
    question: { kpi: 'overdue_share', filters: [{ column: 'company', members: ['CO'] }] },
  });
  genuine = proofResponse.parse(body).receipt;
}, 300_000);
afterAll(async () => {
  await rm(servingFolder(ledger.lake), { recursive: true, force: true });
  await ledger.close();
});

interface Ended {
  readonly code: number;
  readonly error?: { readonly code: string };
  readonly differences?: readonly { readonly what: string }[];
}

/** `alturas verify` of a receipt that somebody signed. */
async function verified(receipt: object, signer: Signer, key?: string): Promise<Ended> {
  const file = join(ledger.directory, 'receipt.json');
  const signed = { receipt, jws: await signer.sign(receipt), key: signer.publicKey };
  await writeFile(file, JSON.stringify(signed));
  const words = ['verify', file, '--lake', join(ledger.directory, 'lake'), '--json'];
  const { code, out } = await alturas(key === undefined ? words : [...words, '--key', key]);
  return { code, ...(JSON.parse(out) as Omit<Ended, 'code'>) };
}

describe('a number receipt whose header was changed and signed anew', () => {
  const FORGED: readonly (readonly [string, Partial<ProofBody>])[] = [
    ['KPI', { kpi: 'gross' }],
    ['as of', { as_of: '2026-06-29' }],
    ['known at', { known_at: '2026-06-29 23:59:59.000' }],
    ['period', { period: { kind: 'month', opened: '2026-05-31', days: 30 } }],
    ['basis', { basis: 'booked' }],
    ['unit', { unit: 'money' }],
    ['currency', { currency: 'USD' }],
    ['tie-out', { tie_out: 'tied' }],
    ['engine', { engine: 'duckdb v9' }],
    ['carried', { carried: true }],
    ['rows', { row_count: 7 }],
    ['publish', { publish: 99 }],
  ];
  it.each(FORGED)('is not equal: %s', async (what, change) => {
    const ended = await verified({ ...genuine, ...change }, stranger, strangerFile);
    expect(ended).toMatchObject({ code: 4, error: { code: 'NOT_EQUAL' } });
    expect(ended.differences?.map((one) => one.what)).toEqual([what]);
  });

  it('is equal as it was given, also where an earlier version said less', async () => {
    expect(await verified(genuine, house, houseFile)).toMatchObject({ code: 0, differences: [] });
    const { period: _, basis: _1, carried: _2, inferred: _3, row_count: _4, ...earlier } = genuine;
    expect(await verified(earlier, house, houseFile)).toMatchObject({ code: 0, differences: [] });
  });
});

describe('a signature', () => {
  it('says nothing where nobody knows its key', async () => {
    for (const signer of [house, stranger])
      expect(await verified(genuine, signer)).toMatchObject({
        code: 7,
        error: { code: 'SIGNATURE_UNKNOWN', kind: 'missing', hint: expect.stringContaining('--key') },
      });
  });

  it('by another key than the one that was named, or than that of the house here, is foreign', async () => {
    const foreign = { code: 4, error: { code: 'SIGNATURE_FOREIGN' } };
    expect(await verified(genuine, stranger, houseFile)).toMatchObject(foreign);
    const here = await Signer.open(servingFolder(ledger.lake));
    expect(await verified(genuine, here)).toMatchObject({ code: 0, signature: 'known' });
    expect(await verified(genuine, stranger)).toMatchObject(foreign);
    expect(await verified(genuine, house, houseFile)).toMatchObject({ code: 0 });
  });
});
