import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mapping } from '../../../functions/contracts/mapping.ts';
import { schemaText } from '../../../functions/contracts/schemaText.ts';
import { HOME } from '../../../functions/core/home.ts';
import { replayMapping } from '../../../functions/land/replay/mapping.ts';
import { alturasProcess, type Ended, alturas as runHere } from '../../support/commands.ts';
import { leastLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

let directory: string;
/** A delivery of the day after those of the lake: its balance is another one, and nothing says why. */
let unexplained: string;
/** The same day with a control file that counts other rows than there are. */
let miscounted: string;
let copies = 0;

beforeAll(async () => {
  directory = await leastLake('2026-06-29', '2026-06-30');
  const plan = new Ledger(daily('2026-06-29', '2026-07-01'));
  const company = plan.company('CO');
  company.receipt('1', { total: 2_000, issued: '2026-06-26', due: '2026-06-28', office: '01' });
  company.receipt('2', { total: 500, issued: '2026-06-26', due: '2026-06-30', office: '01' });
  const folders = await writeDeliveries(plan, join(directory, 'later'));
  unexplained = folders[2] ?? '';
  miscounted = join(directory, 'miscounted');
  cpSync(unexplained, miscounted, { recursive: true });
  edit(join(miscounted, 'control.json'), (text) => text.replace(/("receipts.csv",\s*"rows": )2/, '$17'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function edit(file: string, change: (text: string) => string): void {
  const [before, after] = [readFileSync(file, 'utf8'), change(readFileSync(file, 'utf8'))];
  if (before === after) throw new Error(`nothing changed in ${file}`);
  writeFileSync(file, after);
}

/** A lake like the one of all tests, to be changed. */
function lakeCopy(): string {
  copies += 1;
  const copy = join(directory, `lake-${copies}`);
  cpSync(join(directory, 'lake'), copy, { recursive: true });
  return copy;
}

/** In the folder of these tests: here, or in a process of its own. */
const alturas = (...words: readonly string[]): Promise<Ended> => runHere(words, { cwd: directory });
const started = (...words: readonly string[]): Promise<Ended> => alturasProcess(words, { cwd: directory });

describe('--json', () => {
  it('is one document when a delivery was rejected, and says why for each', async () => {
    const { code, out } = await started('land', miscounted, '--json', '--lake', lakeCopy());
    expect(code).toBe(4);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ rejected: 1, error: { kind: 'rejected' } });
    expect(told.error.message).toMatch(/\w/);
    expect(told.outcomes[0].error).toEqual(told.error);
  });

  it('is one document when a law is broken', async () => {
    const config = join(directory, 'strict.yml');
    writeFileSync(config, 'laws: {snapshot_and_movements_agree: error}\n');
    const lake = lakeCopy();
    expect((await started('land', unexplained, '--lake', lake)).code).toBe(0);
    const { code, out } = await started('build', '--json', '--lake', lake, '--config', config);
    expect(code).toBe(5);
    expect(JSON.parse(out)).toMatchObject({
      status: 'refused',
      broken: [{ law: 'snapshot_and_movements_agree' }],
      error: { code: 'LAW_BROKEN', kind: 'law' },
    });
  });

  it.each([
    [['ls', '--lst', '3', '--json'], 'UNKNOWN_OPTION', '--lst'],
    [['kpi', 'gross', '--format', 'xml', '--json'], 'INVALID_ARGUMENT', 'xml'],
    [['lnad', '--json'], 'UNKNOWN_COMMAND', 'lnad'],
    [['--json'], 'NO_COMMAND', 'command'],
  ])('tells of a command line that cannot be read: %j', async (words, told, named) => {
    const { code, out } = await started(...words);
    expect(code).toBe(2);
    const { error } = JSON.parse(out);
    expect(error).toMatchObject({ code: told, kind: 'usage' });
    expect(error.message).toContain(named);
  });
});

describe('receipts --format csv', () => {
  it('puts in quotes what would not be one cell', async () => {
    const plan = new Ledger(daily('2026-06-29', '2026-06-29'));
    plan.company('CO').receipt('7, "a"', { total: 1_000, issued: '2026-06-26', due: '2026-06-28' });
    const lake = join(directory, 'quoted-lake');
    await started('land', ...(await writeDeliveries(plan, join(directory, 'quoted'))), '--lake', lake);
    await started('build', '--lake', lake);
    const { code, out, err } = await started('receipts', 'gross', '--format', 'csv', '--lake', lake);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, 2)).toEqual(['company,receipt,numerator', 'CO,"7, ""a""",1000.00']);
  });
});

describe('receipts', () => {
  it.each([
    [['gross', '--part', 'denominator'], 'NO_DENOMINATOR'],
    [['gross', '--by', 'office'], 'RECEIPTS_BY'],
  ])('tells what it cannot do: %j', async (words, told) => {
    const { code, out } = await alturas('receipts', ...words, '--json', '--lake', join(directory, 'lake'));
    expect([code, JSON.parse(out).error.code]).toEqual([2, told]);
  });
});

describe('the parts of a figure', () => {
  it.each([
    [['receipts', 'gross'], 'numerator, COP'],
    [['receipts', 'wadpd'], 'numerator, COP x days'],
    [['receipts', 'wadpd', '--part', 'denominator'], 'denominator, COP'],
    [['receipts', 'open_items'], 'numerator, count'],
    [['kpi', 'wadpd'], 'numerator, money x days'],
  ])('are headed by what they are: %j', async (words, head) => {
    const { code, out } = await alturas(...words, '--lake', join(directory, 'lake'));
    expect(code).toBe(0);
    expect(out.split('\n').find((line) => /(num|denom)[a-z]+ator/.test(line))).toMatch(
      new RegExp(`${head}(?! x|,)`),
    );
  });
});

describe('a name that does not exist', () => {
  it.each([
    [['kpi', 'gros'], 'UNKNOWN_KPI', 'gross'],
    [['kpi', 'pra30'], 'UNKNOWN_KPI', 'par30'],
    [['kpi', 'gross', '--by', 'ofice'], 'UNKNOWN_DIMENSION', 'office'],
    [['kpi', 'cei', '--by', 'ofice'], 'UNKNOWN_DIMENSION', 'office'],
    [['kpi', 'gross', '--basis', 'bokked'], 'UNKNOWN_BASIS', 'booked'],
    [['kpi', 'gross', '--where', 'bucket=01-030'], 'UNKNOWN_MEMBER', '001-030'],
    [['receipts', 'gross', '--where', 'currency=CO'], 'UNKNOWN_MEMBER', 'COP'],
    [['contract', 'recipts'], 'UNKNOWN_FEED', 'receipts'],
    [['ls', 'bulds'], 'BAD_LISTING', 'builds'],
  ])('is told with the one that was meant: %j', async (words, told, meant) => {
    const { code, out } = await alturas(...words, '--json', '--lake', join(directory, 'lake'));
    const { error } = JSON.parse(out);
    expect([code, error.code]).toEqual([2, told]);
    expect(error.hint).toContain(`Did you mean "${meant}"?`);
  });
});

describe('ls builds', () => {
  it('tells when, what and how each ended', async () => {
    const config = join(directory, 'stricter.yml');
    writeFileSync(config, 'laws: {snapshot_and_movements_agree: error}\n');
    const lake = lakeCopy();
    await alturas('land', unexplained, '--lake', lake);
    await alturas('build', '--lake', lake, '--config', config);
    const builds = JSON.parse((await alturas('ls', 'builds', '--json', '--lake', lake)).out);
    expect(builds).toMatchObject([
      {
        ...{ known_at: '2026-07-01 22:00:00.000', from: '2026-07-01', to: '2026-07-01', days: 1 },
        ...{ state: 'refused', publish: null, broken: ['snapshot_and_movements_agree'] },
      },
      { from: '2026-06-29', to: '2026-06-30', days: 2, state: 'published', publish: 1, broken: [] },
    ]);
    const { out } = await alturas('ls', 'builds', '--lake', lake);
    expect(out).toMatch(/^build +known until +from +to +days +tables +rows +publish +state$/m);
    expect(out).toMatch(/2026-06-30 +2 +\d+ +\d+ +1 +published$/m);
  });
});

describe('a file that is not what it should be', () => {
  const put = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };

  it('is told in our words, with what was expected, what was found and what to do', async () => {
    const config = put('wrong.yml', 'buckets: abc\nday_year: 361\n');
    const access = put('access.yml', 'issuers: [{issuer: x, algorithm: HS256, key: very-secret}]\n');
    const cases: [string[], number, string[]][] = [
      [['verify', 'nofile'], 3, ['There is no number receipt "nofile"', 'expected:', 'do:']],
      [['verify', put('text.json', 'x')], 3, ['it is not JSON', 'expected:', 'do:']],
      [['verify', put('half.json', '{"jws": 5}')], 3, ['jws: 5 instead of a text', 'do:']],
      [['config', '--config', config], 3, ['buckets: "abc" instead of a list', '361 instead of', 'do:']],
      [['serve', '--access', access], 3, ['do:']],
      [['serve', '--access', 'nofile'], 2, ['expected:', 'do:']],
    ];
    for (const [words, exit, told] of cases) {
      const { code, err } = await alturas(...words);
      expect([words, code]).toEqual([words, exit]);
      for (const one of told) expect(err).toContain(one);
      expect(err).not.toMatch(/Invalid (input|option)|received|ENOENT|very-secret/);
    }
  });
});

describe('a model with a fault', () => {
  it('is unreadable input to check as it is to build', async () => {
    const house = join(directory, 'house');
    for (const part of ['functions', 'sql', 'package.json', 'package-lock.json', 'tsconfig.json'])
      cpSync(join(HOME, part), join(house, part), { recursive: true });
    symlinkSync(join(HOME, 'node_modules'), join(house, 'node_modules'));
    edit(join(house, 'sql/marts/aging.sql'), (text) => text.replace('cadence: day', 'cadense: day'));
    for (const words of [['check'], ['build', '--lake', lakeCopy()]]) {
      const { code, err } = await alturasProcess(words, { house });
      expect([words[0], code]).toEqual([words[0], 3]);
      expect(err).toContain('[MODELS_INVALID]');
    }
  });
});

describe('filters', () => {
  const asked = (...words: string[]) =>
    alturas('kpi', 'gross', ...words, '--json', '--lake', join(directory, 'lake'));

  it('that no row passes are told, beside the answer', async () => {
    const { code, err } = await asked('--where', 'receipt=77');
    expect([code, err.trim()]).toEqual([0, 'Nothing on 2026-06-30 passes --where receipt=77.']);
    expect((await asked('--where', 'receipt=1')).err).toBe('');
  });

  it.each(['kpi', 'receipts'])('is said by %s of a scope in which there is nothing', async (command) => {
    const eyes = ['--role', 'advisor', '--scope', 'advisor=A9'];
    const { code, err } = await alturas(command, 'gross', ...eyes, '--lake', join(directory, 'lake'));
    expect([code, err.trim()]).toEqual([0, 'Nothing on 2026-06-30 passes --scope advisor=A9.']);
    const office = ['--role', 'office_manager', '--scope', 'office=01'];
    expect((await alturas(command, 'gross', ...office, '--lake', join(directory, 'lake'))).err).toBe('');
  });

  it('that contradict each other are refused', async () => {
    const { code, out } = await asked('--where', 'office=01', '--where', 'office=02');
    expect([code, JSON.parse(out).error.code]).toEqual([2, 'CONTRADICTORY_FILTERS']);
  });
});

describe('demo', () => {
  it('lands whatever the clock says', async () => {
    const clock = join(directory, 'clock.mjs');
    writeFileSync(
      clock,
      `const Now = Date;
      globalThis.Date = class extends Now { constructor(...at) { super(...(at.length ? at : ['2025-01-15'])); } };`,
    );
    vi.stubEnv('NODE_OPTIONS', `--import ${clock}`);
    try {
      const lake = join(directory, 'demo-lake');
      const { out } = await started('demo', '--days', '2', '--receipts', '20', '--lake', lake);
      expect(out).toContain('Landed: 2 accepted;');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is refused as a landing is where other deliveries came before, and builds nothing', async () => {
    const { code, out, err } = await alturas(
      ...['demo', '--days', '2', '--receipts', '20', '--json', '--lake', lakeCopy()],
    );
    expect(code).toBe(4);
    expect(err).toContain('DELIVERY_BACKWARDS');
    const told = JSON.parse(out);
    expect(told.error).toMatchObject({ code: 'DELIVERY_REJECTED', kind: 'rejected' });
    expect(told).not.toHaveProperty('report');
  });

  it.each([
    ['--receipts', 'x', 'from 1'],
    ['--days', '0', 'from 1'],
    ['--seed', 'abc', 'from 0'],
  ])('says what it expects of %s %s', async (flag, value, expected) => {
    const { code, err } = await alturas('demo', flag, value, '--lake', join(directory, 'none'));
    expect(code).toBe(2);
    expect(err).toContain(flag);
    expect(err).toContain(`whole number ${expected}`);
  });
});

describe('colour', () => {
  it.each([
    [true, false],
    [false, true],
  ])('is decided for each stream: standard output a terminal %s, standard error %s', async (out, err) => {
    const script = `process.stdout.isTTY = ${out}; process.stderr.isTTY = ${err};
      const { terminal } = await import(${JSON.stringify(join(HOME, 'functions/cli/terminal.ts'))});
      terminal.table(['head'], [['cell']]); terminal.error('fault');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: HOME,
      env: { ...process.env, NO_COLOR: '' },
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (bytes) => (said.out += String(bytes)));
    child.stderr.on('data', (bytes) => (said.err += String(bytes)));
    await once(child, 'close');
    expect(said.err).toContain('fault');
    expect([said.out, said.err].map((text) => text.includes('\u001b['))).toEqual([out, err]);
  });
});

describe('replay --buckets', () => {
  const MAPPING = `company: {company: ACME, name: Acme, country: CO, currency: COP}
register: {columns: {receipt_no: no, client_id: client, issue_date: issued, due_date: due, amount: amount}}
`;
  const replayed = (lake: string, ...more: readonly string[]) => {
    writeFileSync(
      join(directory, 'register.csv'),
      'no,client,issued,due,amount\n1,C1,2026-06-01,2026-06-10,100\n',
    );
    writeFileSync(join(directory, 'register.yml'), MAPPING);
    const days = ['--from', '2026-06-29', '--to', '2026-06-30', '--buckets', '0,15,45'];
    return alturas('replay', 'register.csv', '--mapping', 'register.yml', ...days, '--lake', lake, ...more);
  };

  it('is kept in the lake: a later command knows the same buckets', async () => {
    const lake = join(directory, 'bucket-lake');
    expect((await replayed(lake)).code).toBe(0);
    const config = JSON.parse((await alturas('config', '--json', '--lake', lake)).out);
    expect(config).toMatchObject({ buckets: [0, 15, 45] });
    const { out } = await alturas('build', '--lake', lake);
    expect(out).toBe('Nothing to build: every delivered day is published.\n');
  });

  it('reads what a lake kept of before, and says what a file of the caller has for nothing', async () => {
    const lake = join(directory, 'old-bucket-lake');
    mkdirSync(lake, { recursive: true });
    const text = 'version: 1\nbuckets: [0, 20]\npar_thresholds: [20]\n';
    writeFileSync(join(lake, 'alturas.yml'), text);
    writeFileSync(join(directory, 'old.yml'), text);
    const kept = await alturas('config', '--json', '--lake', lake);
    expect([kept.code, kept.err, JSON.parse(kept.out).buckets]).toEqual([0, '', [0, 20]]);
    expect((await replayed(lake)).code).toBe(0);
    expect(readFileSync(join(lake, 'alturas.yml'), 'utf8')).not.toContain('par_thresholds');
    const given = await alturas('config', '--json', '--config', 'old.yml', '--lake', lake);
    expect(JSON.parse(given.out)).not.toHaveProperty('par_thresholds');
    expect(given.err).toContain('old.yml: par_thresholds is read by nothing any more');
  });

  it('is refused where a configuration file says otherwise, before anything is written', async () => {
    const lake = join(directory, 'other-bucket-lake');
    writeFileSync(join(directory, 'year.yml'), 'day_year: 360\n');
    const { code, err } = await replayed(lake, '--config', 'year.yml');
    expect(code).toBe(2);
    expect(err).toContain('BUCKETS_NOT_KEPT');
    expect(err).toContain('Write buckets: [0, 15, 45] into year.yml');
    expect(existsSync(lake)).toBe(false);
    const remote = await replayed('s3://some-bucket/lake');
    expect(remote.err).toContain('BUCKETS_NOT_KEPT');
  });
});

describe('doctor', () => {
  it('leaves nothing behind where there is no lake', async () => {
    const before = readdirSync(directory).sort();
    const { out } = await alturas('doctor', '--json', '--lake', join(directory, 'no', 'lake'));
    const checks = JSON.parse(out).rows ?? JSON.parse(out);
    expect(checks).toContainEqual({
      check: 'lake',
      found: `${join(directory, 'no', 'lake')} (not there yet)`,
      fine: true,
    });
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'conditional write', found: 'one of two writers wins' }),
    );
    expect(readdirSync(directory).sort()).toEqual(before);
  });

  it('leaves no folder of its own in a lake', async () => {
    const lake = lakeCopy();
    const before = readdirSync(lake).sort();
    await alturas('doctor', '--lake', lake);
    expect(readdirSync(lake).sort()).toEqual(before);
  });
});

describe('contract', () => {
  it('shows the files that say how others are read, in words and as JSON Schema', async () => {
    const { code, out } = await alturas('contract', 'mapping');
    expect(code).toBe(0);
    expect(out).toBe(`${schemaText(mapping)}\n`);
    const schema = await alturas('contract', 'replay-mapping', '--json-schema');
    expect(JSON.parse(schema.out).properties.register.properties).toHaveProperty('delimiter');
  });

  it('of the mapping of a replay stands whole in the help of replay', async () => {
    const { out } = await alturas('replay', '--help');
    expect(out).toContain(schemaText(replayMapping));
  });
});

describe('what land finds', () => {
  it('with nearly every delivery is told once, of the newest', async () => {
    const plan = new Ledger(daily('2026-06-26', '2026-06-30'));
    plan.company('CO').receipt('1', { total: 2_000, issued: '2026-06-26', due: null });
    const folders = await writeDeliveries(plan, join(directory, 'undated'));
    const { out } = await alturas('land', ...folders, '--lake', join(directory, 'undated-lake'));
    expect(out.split('\n').filter((line) => line.includes('NO_DUE_DATE'))).toEqual([
      expect.stringMatching(
        /^ {2}2026-06-30 NO_DUE_DATE: .* \(4 deliveries before had the like, from 2026-06-26 on\)$/,
      ),
    ]);
    const listed = await alturas('ls', 'deliveries', '--lake', join(directory, 'undated-lake'));
    expect(listed.out.match(/NO_DUE_DATE: receipts: 1 receipt with a balance has no due date/g)).toHaveLength(
      5,
    );
  });
});

describe('what was refused', () => {
  it('is told by land with its place and reason, and listed by ls', async () => {
    const folder = join(directory, 'misdated');
    cpSync(unexplained, folder, { recursive: true });
    edit(join(folder, 'receipts.csv'), (text) => text.replace('2026-06-28', '31/02/2026'));
    const config = join(directory, 'lenient.yml');
    writeFileSync(config, 'error_budget: {default: 1}\n');
    const lake = lakeCopy();
    const landed = await alturas('land', folder, '--lake', lake, '--config', config);
    expect(landed.out).toMatch(/ROWS_REFUSED: receipts: 1 of 2/);
    expect(landed.out).toMatch(/receipts\.csv:2 due_date "31\/02\/2026" \w/);
    const refused = JSON.parse((await alturas('ls', 'refused', '--json', '--lake', lake)).out);
    expect(refused).toMatchObject([
      { day: '2026-07-01', feed: 'receipts', file: 'receipts.csv', line: 2, column: 'due_date' },
    ]);
    expect((await alturas('ls', 'refused', '--lake', lake)).out).toContain('31/02/2026');
  });

  it('is listed by ls row by row for a delivery refused whole, until the same lands', async () => {
    const folder = join(directory, 'misdated-whole');
    cpSync(unexplained, folder, { recursive: true });
    edit(join(folder, 'receipts.csv'), (text) => text.replace('2026-06-28', '31/02/2026'));
    const lake = lakeCopy();
    const landed = await alturas('land', folder, '--lake', lake);
    expect(landed.code).toBe(4);
    expect(landed.out).toMatch(
      /, 1 rows refused and kept in quarantine, 1 of them of deliveries refused whole/,
    );
    expect(landed.out).toMatch(/receipts\.csv:2 due_date "31\/02\/2026".*\(the delivery is refused whole\)/);
    expect(landed.out).toContain('All refused rows: alturas ls refused');
    expect(landed.err).toContain('`alturas ls refused` lists every refused row');
    const listed = async () => JSON.parse((await alturas('ls', 'refused', '--json', '--lake', lake)).out);
    const row = { day: '2026-07-01', feed: 'receipts', line: 2, column: 'due_date', value: '31/02/2026' };
    expect(await listed()).toMatchObject([{ ...row, outcome: 'rejected' }]);
    const table = (await alturas('ls', 'refused', '--lake', lake)).out;
    expect(table).toMatch(/2026-07-01 +[0-9a-f]{16} +refused whole +receipts .*31\/02\/2026/);
    const config = join(directory, 'lenient-later.yml');
    writeFileSync(config, 'error_budget: {default: 1}\n');
    await alturas('land', folder, '--lake', lake, '--config', config);
    expect(await listed()).toMatchObject([{ ...row, outcome: 'accepted' }]);
  });

  it('is listed by ls for a delivery refused whole', async () => {
    const lake = lakeCopy();
    await alturas('land', miscounted, '--lake', lake);
    const { out } = await alturas('ls', 'rejected', '--lake', lake);
    expect(out).toContain('CONTROL_ROWS_DIFFER');
    expect(out).toContain('states 7 rows');
  });
});
