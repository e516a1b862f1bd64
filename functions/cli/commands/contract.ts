import type { Command } from 'commander';
import * as z from 'zod';
import { control } from '../../contracts/delivery.ts';
import { FEED_NAMES, feedOf, isFeedName } from '../../contracts/feeds.ts';
import { mapping } from '../../contracts/mapping.ts';
import { fileSchema, schemaKeys, schemaText } from '../../contracts/schemaText.ts';
import { AlturasError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { replayMapping } from '../../land/replay/mapping.ts';
import type { GlobalOptions } from '../context.ts';
import { terminal } from '../terminal.ts';

/** Files that say how others are read. */
const MAPPINGS: Readonly<Record<string, z.ZodType>> = { mapping, 'replay-mapping': replayMapping };

/** `contract`: what deliveries, and the files that help to read them, must look like. */
export function addContractCommand(program: Command): void {
  program
    .command('contract')
    .description('what a delivery must look like: all feeds, one feed, the control file, or a mapping file')
    .argument(
      '[feed]',
      `a feed, \`control\`, or ${Object.keys(MAPPINGS)
        .map((name) => `\`${name}\``)
        .join(' or ')}`,
    )
    .option('--json-schema', 'as JSON Schema')
    .action((feed: string | undefined, options: { jsonSchema?: boolean }, command: Command) => {
      printContract(
        feed,
        options.jsonSchema === true,
        command.optsWithGlobals<GlobalOptions>().json === true,
      );
    });
}

function printContract(feed: string | undefined, jsonSchema: boolean, json: boolean): void {
  if (feed === 'control') {
    terminal.json(z.toJSONSchema(control));
    return;
  }
  const schema = feed !== undefined && Object.hasOwn(MAPPINGS, feed) ? MAPPINGS[feed] : undefined;
  if (schema !== undefined) {
    if (jsonSchema) terminal.json(fileSchema(schema));
    else if (json) terminal.json({ keys: schemaKeys(schema), examples: fileSchema(schema).examples });
    else terminal.line(schemaText(schema));
    return;
  }
  if (feed === undefined) {
    const rows = FEED_NAMES.map(feedOf);
    if (json) {
      terminal.json(
        rows.map(({ name, kind, mandatory, key, en, es }) => ({ feed: name, kind, mandatory, key, en, es })),
      );
      return;
    }
    terminal.table(
      ['feed', 'kind', 'mandatory', 'key', 'what it is'],
      rows.map((row) => [row.name, row.kind, row.mandatory ? 'yes' : '', row.key.join(', '), row.en]),
    );
    terminal.line(
      '\nOne feed: alturas contract receipts      its JSON Schema: alturas contract receipts --json-schema\n' +
        'Files that name or write things otherwise: alturas contract mapping      registers: alturas contract replay-mapping',
    );
    return;
  }
  if (!isFeedName(feed)) {
    const names = [...FEED_NAMES, 'control', ...Object.keys(MAPPINGS)];
    throw new AlturasError('usage', 'UNKNOWN_FEED', `There is no feed "${feed}".`, {
      value: feed,
      expected: names.join(', '),
      hint: `${didYouMean(feed, names)}Run "alturas contract" alone: it lists them all.`,
    });
  }
  const contract = feedOf(feed);
  if (jsonSchema) {
    terminal.json(z.toJSONSchema(contract.schema));
    return;
  }
  const columns = contract.columns.map((column) => ({
    column: column.name,
    type: column.sqlType,
    key: column.key,
    mandatory: column.mandatory,
    values: column.values ?? null,
    personal: column.personal === true,
    en: column.en,
    es: column.es,
  }));
  if (json) {
    terminal.json({ feed, kind: contract.kind, mandatory: contract.mandatory, key: contract.key, columns });
    return;
  }
  terminal.line(
    `${feed} (${contract.kind}${contract.mandatory ? ', mandatory' : ''}): ${contract.en} / ${contract.es}\n`,
  );
  terminal.table(
    ['column', 'type', '', 'values', 'English', 'español'],
    columns.map((row) => [
      row.column,
      row.type,
      [row.key ? 'key' : '', row.mandatory ? '!' : ''].join(' ').trim(),
      row.values?.join(' | ') ?? '',
      row.en,
      row.es,
    ]),
  );
}
