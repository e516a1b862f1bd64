import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readMapping } from '../../../functions/contracts/mapping.ts';
import { readConfig } from '../../../functions/core/config.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import { readStrictYaml } from '../../../functions/core/strictYaml.ts';
import { readReplayMapping } from '../../../functions/land/replay/mapping.ts';

function refusal(read: () => unknown): AlturasError {
  try {
    read();
  } catch (error) {
    if (error instanceof AlturasError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const MAPPING = `version: 2
feeds:
  recepits: {}
  offices:
    delimiter: ';;'
    decimal: x
    date_format: DD-MM
    rename: {office: 7}
    ignore: OFI
`;

describe('a file that breaks its schema', () => {
  it('says of a mapping where each fault stands, what is there and what should be', () => {
    const { details } = refusal(() => readMapping('m.yml', MAPPING));
    expect(details).toMatchObject({
      file: 'm.yml',
      line: 1,
      column: 'version',
      value: '2',
      expected: '1',
      safe: 'nothing was landed',
      hint: expect.stringContaining('alturas contract mapping'),
    });
    expect(details.causes).toEqual([
      'line 1, column 1: version: 2 instead of 1',
      expect.stringMatching(
        /^line 3, column 3: feeds\.recepits: this key is not known; did you mean "receipts"\? \(expected one of: companies, /,
      ),
      'line 5, column 5: feeds.offices.delimiter: ";;" instead of a text of exactly 1 character',
      'line 6, column 5: feeds.offices.decimal: "x" instead of "." or ","',
      'line 7, column 5: feeds.offices.date_format: "DD-MM" instead of a year, a month and a day',
      'line 8, column 14: feeds.offices.rename.office: 7 instead of a text',
      'line 9, column 5: feeds.offices.ignore: "OFI" instead of a list',
    ]);
  });

  it('says the same of a configuration and of the mapping of a replay', () => {
    const config =
      'buckets: 30\nday_year: 364\nerror_budget: {default: 2}\ncalendars: {COL: {}}\ntime_zone: Bogota\n';
    expect(refusal(() => readConfig('a.yml', config)).details.causes).toEqual([
      'line 1, column 1: buckets: 30 instead of a list',
      'line 2, column 1: day_year: 364 instead of 360 or 365',
      'line 3, column 16: error_budget.default: 2 instead of a number of at most 1',
      'line 4, column 13: calendars.COL: "COL" instead of an ISO 3166 code: CO',
      'line 5, column 1: time_zone: "Bogota" instead of an IANA time zone, for example America/Bogota',
    ]);
    const replay = refusal(() =>
      readReplayMapping('company: {}\nregister: {dates: x, columns: {}}\n', 'r.yml'),
    );
    expect(replay.details.causes).toEqual(
      expect.arrayContaining([
        'line 1, column 1: company.name: is missing; expected a text',
        'line 2, column 12: register.dates: "x" instead of a list',
      ]),
    );
  });

  it('never speaks the words of the library, whatever kind of fault it is', () => {
    const schema = z.strictObject({
      text: z.string().min(2).max(3),
      number: z.number().gt(1).lt(5),
      whole: z.int(),
      flag: z.boolean(),
      list: z.array(z.int()).min(2),
      day: z.iso.date(),
      like: z.string().regex(/^A$/),
      either: z.union([z.string().min(1), z.array(z.string())]),
      map: z.record(z.string(), z.int()),
      unset: z.int(),
    });
    const text = [
      'text: abcd',
      'number: 5',
      'whole: 1.5',
      'flag: si',
      'list: [1]',
      'day: 30/06/2026',
      'like: B',
      'either: 3',
      'map: []',
    ].join('\n');
    const { details } = refusal(() => readStrictYaml({ file: 'x.yml', text, code: 'X' }, schema));
    expect(details.causes?.map((cause) => cause.replace(/^line \d+, column \d+: /, '')).sort()).toEqual([
      'day: "30/06/2026" instead of a day written YYYY-MM-DD',
      'either: 3 instead of a text or a list',
      'flag: "si" instead of true or false',
      'like: "B" instead of a text like /^A$/',
      'list: [1] instead of a list of at least 2 items',
      'map: [] instead of keys with their values',
      'number: 5 instead of a number of less than 5',
      'text: "abcd" instead of a text of at most 3 characters',
      'unset: is missing; expected a whole number',
      'whole: 1.5 instead of a whole number',
    ]);
  });
});
