import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDemo } from '../../functions/demo/demo.ts';
import { artefact, checkBinding, FUNCTIONS, LARGEST_BYTES } from '../../infra/artefacts.ts';
import { elfMachine } from '../../infra/elf.ts';
import { ARCH, Cloud, type HttpAnswer, httpEvent, jsonOf } from '../support/cloud.ts';
import { startFaultProxy } from '../support/faultProxy.ts';
import type { Measured } from '../support/lambdaFunction.ts';

let cloud: Cloud;
let directory: string;
beforeAll(async () => {
  cloud = await Cloud.start();
  directory = await mkdtemp(join(tmpdir(), 'alturas-artefacts-'));
});
afterAll(async () => {
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? [name] : [])),
  );
  return files.flat().sort();
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await filesOf(folder)) bytes += (await stat(join(folder, file))).size;
  return bytes;
}

describe('an artefact', () => {
  it('holds its code, its SQL and DuckDB, within what Lambda takes', async () => {
    for (const name of FUNCTIONS) {
      const folder = await artefact(name, { arch: ARCH });
      const files = await filesOf(folder);
      expect(files).toContain(`functions/${name}/handler.mjs`);
      expect(files.includes('sql/kpis.yml')).toBe(name !== 'land');
      // What a check of the SQL finds: a cold start need not look again.
      const kept = files
        .filter((file) => file.startsWith(`functions/${name}/kept/`))
        .map((file) => basename(file));
      expect(kept.map((file) => file.split('-')[0]).sort()).toEqual(
        name === 'land' ? [] : ['catalogue', 'models'],
      );
      expect(new Set(files.map((file) => file.split('/')[0]))).toEqual(
        new Set(name === 'land' ? ['functions', 'node_modules'] : ['functions', 'node_modules', 'sql']),
      );
      const bytes = await bytesOf(folder);
      process.stdout.write(`${name}: ${(bytes / 1e6).toFixed(1)} MB unpacked\n`);
      expect(bytes).toBeLessThan(LARGEST_BYTES);
    }
  });

  it('brings the native files of the machine it is for, whatever machine makes it', async () => {
    for (const arch of ['x64', 'arm64'] as const) {
      const binding = join(
        await artefact('land', { arch }),
        'node_modules/@duckdb',
        `node-bindings-linux-${arch}`,
      );
      expect(elfMachine(join(binding, 'duckdb.node'))).toBe(arch);
      expect(elfMachine(join(binding, 'libduckdb.so'))).toBe(arch);
    }
  });

  it('is refused with native files of another machine, or without', async () => {
    const own = join(await artefact('land', { arch: 'x64' }), 'node_modules/@duckdb/node-bindings-linux-x64');
    const other = join(directory, 'other', 'node_modules/@duckdb/node-bindings-linux-arm64');
    await mkdir(other, { recursive: true });
    const check = (): void => checkBinding(join(directory, 'other'), 'arm64');
    expect(check).toThrow(expect.objectContaining({ code: 'BINDING_MISSING' }));
    for (const file of ['duckdb.node', 'libduckdb.so']) await copyFile(join(own, file), join(other, file));
    expect(check).toThrow(expect.objectContaining({ code: 'BINDING_FOREIGN' }));
    await writeFile(join(other, 'duckdb.node'), 'not a native file at all');
    expect(elfMachine(join(other, 'duckdb.node'))).toBeNull();
    expect(elfMachine(process.execPath)).toBe(ARCH);
  });
});

/** A count that no longer grows: a server goes on reading after its first answer. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); await sleep(1_500)) before = count();
  return count();
}

describe('alone in a clean process, over a real S3 server', () => {
  it('every function does its work, and again without harm', async () => {
    const { deliveries } = await writeDemo(join(directory, 'demo'), { receipts: 300, days: 10 });
    const inbox = cloud.inbox('alone');
    const lake = await cloud.lake('alone');
    const folders = await readdir(deliveries);
    for (const folder of folders.sort()) await cloud.deliver(inbox, join(deliveries, folder));
    const land = await cloud.function('land', { ALTURAS_LAKE: lake, ALTURAS_INBOX: inbox });
    const build = await cloud.function('build', { ALTURAS_LAKE: lake });
    const proxy = await startFaultProxy(cloud.server.endpoint, () => 1, []);
    const served = { ALTURAS_LAKE: lake, AWS_ENDPOINT_URL_S3: proxy.endpoint };
    const serve = await cloud.function('serve', served);
    const took: [string, Measured][] = [];

    const found = await land.invoke<{ batches: { deliveries: string[] }[]; waiting: number }>({
      find: { named: [] },
    });
    took.push(['land: find', found.measured]);
    expect(found.result.waiting).toBe(folders.length);
    expect(found.result.batches.flatMap((batch) => batch.deliveries)).toEqual(folders);

    const event = { deliveries: folders };
    const landed = await land.invoke(event);
    took.push(['land: 10 days', landed.measured]);
    expect(landed.result).toMatchObject({ accepted: folders.length, unchanged: 0, rejections: 0 });
    const again = await land.invoke(event);
    took.push(['land: the same again', again.measured]);
    expect(again.result).toMatchObject({ accepted: 0, unchanged: folders.length, rejections: 0 });
    expect((await land.invoke({ find: { named: [] } })).result).toEqual({ batches: [], waiting: 0, late: 0 });

    const built = await build.invoke<{ days: { count: number } }>({});
    took.push(['build: 10 days', built.measured]);
    expect(built.result).toMatchObject({ status: 'published', left: 0 });
    expect(built.result.days.count).toBeGreaterThanOrEqual(10);
    const rebuilt = await build.invoke({});
    took.push(['build: nothing to do', rebuilt.measured]);
    expect(rebuilt.result).toMatchObject({ status: 'unchanged', builds: [] });

    const question = { questions: [{ kpi: 'gross', by: ['company'] }] };
    const first = await serve.invoke<HttpAnswer>(await httpEvent('POST', '/api/ask', question));
    took.push(['serve: first answer', first.measured]);
    const second = await serve.invoke<HttpAnswer>(await httpEvent('POST', '/api/ask', question));
    took.push(['serve: next answer', second.measured]);
    expect(jsonOf(second.result)).toEqual(jsonOf(first.result));
    expect(JSON.stringify(jsonOf(first.result))).toContain('"value":"');

    const alone = await settled(() => proxy.requests());
    const kept = await build.invoke({ serving: true });
    took.push(['build: a file for serve', kept.measured]);
    expect(kept.result).toMatchObject({ status: 'kept' });
    expect((await build.invoke({ serving: true })).result).toMatchObject({ status: 'there' });
    const begun = await cloud.function('serve', served);
    const helped = await begun.invoke<HttpAnswer>(await httpEvent('POST', '/api/ask', question));
    took.push(['serve: first, with it', helped.measured]);
    expect(jsonOf(helped.result)).toEqual(jsonOf(first.result));
    const requests = (await settled(() => proxy.requests())) - alone;
    process.stdout.write(`first answer: ${alone} requests to S3, ${requests} with the file of the build\n`);
    expect(requests).toBeLessThan(alone / 2);

    const stranger = (await httpEvent('GET', '/api/days')) as { headers: Record<string, string> };
    delete stranger.headers.authorization;
    expect((await serve.invoke<HttpAnswer>(stranger)).result.statusCode).toBe(401);
    await proxy.stop();

    for (const [name, logged] of [
      ['land', land.log],
      ['build', build.log],
    ] as const) {
      const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.some(({ message, service }) => message === 'done' && service === `alturas-${name}`)).toBe(
        true,
      );
      expect(lines.some((line) => '_aws' in line && 'Duration' in line)).toBe(true);
      expect(lines.some((line) => line.ColdStart === 1)).toBe(true);
    }
    const cell = (value: string, width: number): string => value.padStart(width);
    process.stdout.write(`${'call'.padEnd(24)}${cell('init ms', 9)}${cell('ms', 9)}${cell('peak MB', 9)}\n`);
    for (const [what, { initMs, ms, peakMb }] of took)
      process.stdout.write(
        `${what.padEnd(24)}${cell(initMs === null ? '' : initMs.toFixed(0), 9)}${cell(ms.toFixed(0), 9)}${cell(peakMb.toFixed(0), 9)}\n`,
      );
  });

  it('tells what is wrong by a code: an event it does not know, a setting it lacks', async () => {
    const lake = await cloud.lake('wrong');
    const build = await cloud.function('build', { ALTURAS_LAKE: lake });
    await expect(build.invoke({ form: '2026-06-01' })).rejects.toMatchObject({
      name: 'BAD_EVENT',
      message: expect.stringContaining('form'),
    });
    const land = await cloud.function('land', { ALTURAS_LAKE: lake });
    await expect(land.invoke({ find: { named: [] } })).rejects.toMatchObject({ name: 'SETTING_MISSING' });
    await expect(land.invoke({ deliveries: [] })).rejects.toMatchObject({ name: 'BAD_EVENT' });
  });
});
