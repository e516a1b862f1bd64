import type { Desk } from '../query/desk.ts';
import { PERIOD_WORDS, UNITS, WORDS } from './coverWords.ts';
import type { Locale } from './problems.ts';
import type { Provenance } from './provenance.ts';
import type { FigureFacts } from './table.ts';

type Line = readonly [string, string];

/** The cover of a file: what its figures are, what they stand on, and who took it. */
export function coverOf(
  desk: Desk,
  told: Provenance,
  figures: FigureFacts,
  locale: Locale,
  subject: string,
  first: readonly Line[],
): Line[] {
  const { scope, role, personal } = desk.caller;
  const say = (word: keyof typeof WORDS): string => WORDS[word][locale];
  const either = (is: boolean | null | undefined, yes: keyof typeof WORDS, no: keyof typeof WORDS): string =>
    say(is === null || is === undefined ? 'notApplicable' : is ? yes : no);
  const listed = (some: readonly Filter[]): string =>
    some.map(({ column, members }) => `${column}: ${membersText(members)}`).join('; ');
  return [
    ...first,
    ...figureLines(figures, locale),
    [say('asOf'), told.as_of],
    [say('knownAt'), told.known_at],
    [say('snapshot'), either(told.carried, 'carried', 'delivered')],
    [say('movements'), either(told.inferred, 'inferred', 'told')],
    ...(figures.on_demand === undefined
      ? []
      : [[say('made'), either(figures.on_demand, 'onDemand', 'published')] as const]),
    [say('filters'), listed(told.filters) || say('none')],
    ...told.filter_notes.map(
      ({ code, column, members }): Line =>
        code === 'UNKNOWN_MEMBER'
          ? [say('unknownMembers'), listed([{ column, members }])]
          : [say('contradictory'), column],
    ),
    [say('policy'), `${told.policy} (${role})`],
    [
      say('scope'),
      scope === 'all'
        ? say('all')
        : listed(
            Object.entries(scope).map(([column, members]) => ({ column, members: [...(members ?? [])] })),
          ) || say('none'),
    ],
    [say('personal'), say(personal ? 'shown' : 'masked')],
    [say('tieOut'), say('unchecked')],
    [say('build'), `${told.build ?? say('none')} · ${told.engine} · #${told.publish}`],
    [say('rows'), String(told.row_count)],
    [say('by'), subject],
  ];
}

type Filter = Provenance['filters'][number];

function membersText(members: readonly (string | null)[]): string {
  return members.map((one) => one ?? '–').join(', ');
}

function figureLines(figures: FigureFacts, locale: Locale): Line[] {
  const { unit, currency, currencies, basis, period, part, compare } = figures;
  const say = (word: keyof typeof WORDS): string => WORDS[word][locale];
  const lines: Line[] = [];
  if (unit !== undefined) lines.push([say('unit'), UNITS[unit][locale]]);
  for (const one of ['numerator', 'denominator'] as const) {
    const own = figures[`${one}_unit`];
    if (own !== undefined && own !== unit) lines.push([`${say('unit')}, ${say(one)}`, UNITS[own][locale]]);
  }
  if (currency !== undefined && currency !== null) lines.push([say('currency'), currency]);
  else if (currencies !== undefined && currencies.length > 0)
    lines.push([say('currency'), `${currencies.join(', ')}: ${say('byRow')}`]);
  if (basis !== undefined) lines.push([say('basis'), basis]);
  if (part !== undefined) {
    const { amount_unit: own } = figures;
    lines.push([say('part'), `${say(part)}${own === undefined ? '' : ` (${UNITS[own][locale]})`}`]);
  }
  if (period !== undefined && period !== null)
    lines.push([
      say('period'),
      `${PERIOD_WORDS[period.kind]?.[locale] ?? period.kind}: ${period.opened} → ${period.closed}`,
    ]);
  for (const { as_of, known_at, build, carried, reason } of compare ?? [])
    lines.push([
      `${say('compare')} ${as_of}`,
      reason === null
        ? [`${say('known')} ${known_at}`, build, ...(carried ? [say('carried')] : [])].join(' · ')
        : `${say('noValues')} (${reason})`,
    ]);
  return lines;
}
