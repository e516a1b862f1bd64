import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeDemo } from '../../../functions/demo/demo.ts';
import { DemoProduction } from '../../../functions/demo/production.ts';

const OPTIONS = { seed: 3, receipts: 120, days: 40, to: '2026-06-30' };
const folder = mkdtempSync(join(tmpdir(), 'alturas-production-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('hands out complete deliveries in order while it makes the rest, the same bytes as in one go', async () => {
  const direct = await writeDemo(join(folder, 'direct'), OPTIONS);
  const production = new DemoProduction(join(folder, 'apart'), OPTIONS, 10);
  const handed: string[] = [];
  try {
    for await (const batch of production.batches()) {
      for (const delivery of batch) {
        const control = readFileSync(join(delivery, 'control.json'), 'utf8');
        const name = basename(delivery);
        expect(control).toBe(readFileSync(join(direct.deliveries, name, 'control.json'), 'utf8'));
        for (const { name: file } of JSON.parse(control).files as { name: string }[])
          expect(
            readFileSync(join(delivery, file)).equals(readFileSync(join(direct.deliveries, name, file))),
          ).toBe(true);
        handed.push(control);
      }
    }
    expect(production.summary).toMatchObject({ folders: direct.folders, bytes: direct.bytes });
  } finally {
    await production.close();
  }
  expect(handed).toHaveLength(direct.folders);
  const cutoffs = handed.map((control) => String((JSON.parse(control) as { cutoff_at: string }).cutoff_at));
  expect(cutoffs).toEqual([...cutoffs].sort());
});

it('ends with the error of its thread', async () => {
  const production = new DemoProduction('/dev/null/nowhere', OPTIONS, 10);
  await expect(production.batches().next()).rejects.toThrow(/ENOTDIR/);
  await production.close();
});
