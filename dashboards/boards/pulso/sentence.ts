import { html, nothing, type TemplateResult } from 'lit';
import type { ChangeResponse } from '../../../functions/serve/api.ts';
import { Refusal } from '../../app/api.ts';
import { tell } from '../../app/events.ts';
import type { Opened } from '../../app/place.ts';
import { dayShort } from '../../format/days.ts';
import { change } from '../../parts/change.ts';
import { phrase } from '../../parts/phrase.ts';
import type { PulsoData } from './data.ts';
import { pulsoWords } from './words.ts';

/** Below this the overdue share has not moved: a twentieth of a point. */
const STEADY = 0.0005;
const NAMED = 2;
const MOST_CLIENTS = 60;

/** The members of a change that pushed its way, greatest first, and what they hold of it. */
interface Blame {
  readonly by: string;
  readonly members: readonly (string | null)[];
  readonly amount: number;
  readonly part: number;
}

function pushers(response: ChangeResponse): {
  readonly change: number;
  readonly members: [string | null, number][];
} {
  const [block] = response.blocks;
  const change = Number(block?.total.change ?? 0);
  const members = (block?.members ?? [])
    .map(({ member, change: moved }): [string | null, number] => [member, Number(moved)])
    .filter(([, moved]) => moved * change > 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  return { change, members };
}

/** The dimension whose few greatest members hold most of the change of overdue, without exceeding it where one can. */
function blame(responses: Iterable<ChangeResponse>): Blame | null {
  const found: Blame[] = [];
  for (const response of responses) {
    const { change, members } = pushers(response);
    if (change === 0) continue;
    const named: [string | null, number][] = [];
    for (const entry of members.slice(0, NAMED)) {
      const sum = named.reduce((total, [, moved]) => total + moved, 0) + entry[1];
      if (named.length > 0 && sum / change > 1) break;
      named.push(entry);
    }
    const amount = named.reduce((total, [, moved]) => total + moved, 0);
    if (named.length > 0)
      found.push({
        by: response.by ?? '',
        members: named.map(([member]) => member),
        amount,
        part: amount / change,
      });
  }
  const honest = found.filter(({ part }) => part <= 1).sort((a, b) => b.part - a.part);
  return honest[0] ?? found.sort((a, b) => a.part - b.part)[0] ?? null;
}

/** How many clients, greatest first, make half of the change; null when it takes too many to matter. */
function clientsForHalf(response: ChangeResponse | undefined): number | null {
  if (response === undefined) return null;
  const { change, members } = pushers(response);
  let sum = 0;
  for (const [at, [, moved]] of members.entries()) {
    sum += moved;
    if (change !== 0 && sum / change >= 0.5) return at + 1 <= MOST_CLIENTS ? at + 1 : null;
  }
  return null;
}

/** The day in a sentence or two, every figure in it a way in. */
export function sentence(from: EventTarget, data: PulsoData): TemplateResult {
  const { setting, answers } = data;
  const { figures, language } = setting;
  const words = pulsoWords(language);
  const [gross, share] = [answers.get('gross'), answers.get('overdue_share')];
  const day = dayShort(setting.asOf, language);
  if (
    !gross ||
    !share ||
    gross instanceof Refusal ||
    share instanceof Refusal ||
    gross.total === null ||
    share.total === null
  )
    return html`${nothing}`;
  const link = (text: unknown, opened: Opened): TemplateResult =>
    html`<button type="button" class="link" @click=${() => tell(from, 'alturas-open', opened)}>${text}</button>`;
  const before = share.total.compare[0]?.value ?? null;
  const now = share.total.value;
  const shown = {
    gross: link(figures.short(gross.total.value, 'money'), { kpi: 'gross', at: {} }),
    share: link(figures.short(now, 'ratio'), { kpi: 'overdue_share', at: {} }),
    change: change(setting, now, before, 'ratio', 'down_is_good'),
  };
  if (before === null || now === null) return phrase(words.sentenceNoChange(day), shown);
  const start = phrase(words.sentence(day), shown);
  if (Math.abs(Number(now) - Number(before)) < STEADY) return html`${start} ${words.steady}`;
  const dimensions = [...data.blamed.values()].filter(({ by }) => by !== 'client');
  const found = blame(dimensions);
  if (found === null) return start;
  const rise = found.amount > 0;
  const { labels } = data.blamed.get(found.by) ?? { labels: {} };
  const names = found.members.map((member) =>
    link(setting.label(found.by, member, labels), { kpi: 'overdue', at: { [found.by]: member } }),
  );
  const dimension = setting.words.dimensions[found.by as keyof typeof setting.words.dimensions];
  const said = html`${names.map((name, at) => (at === 0 ? name : html` ${words.and} ${name}`))}`;
  const half = clientsForHalf(data.blamed.get('client'));
  const tail = half === null ? '.' : `${words.half(half)}.`;
  const text =
    found.part > 1
      ? words.explainMore(rise, dimension)
      : names.length === 1
        ? words.explainOne(rise, dimension)
        : words.explain(rise, dimension);
  const places = {
    names: said,
    part: link(figures.percent(found.part, 0), { kpi: 'overdue', by: found.by, at: {} }),
    amount: figures.money(Math.abs(found.amount)),
  };
  return html`${start} ${phrase(text, places)}${tail}`;
}
