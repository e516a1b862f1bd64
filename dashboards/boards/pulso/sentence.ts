import { html, nothing, type TemplateResult } from 'lit';
import type { ChangeResponse } from '../../../functions/serve/api.ts';
import { answerOf } from '../../app/api.ts';
import { tell } from '../../app/events.ts';
import type { Opened } from '../../app/place.ts';
import { dayShort } from '../../format/days.ts';
import { change } from '../../parts/change.ts';
import { phrase } from '../../parts/phrase.ts';
import { overdueOnly, type PulsoData } from './data.ts';
import { pulsoWords } from './words.ts';

/** Below this the overdue share has not moved: a twentieth of a point. */
const STEADY = 0.0005;
/** From here on, what is long overdue moving the other way must be said: a point. */
const AGAINST = 0.01;
const NAMED = 2;
const ALL = 0.995;

/** The members that moved the way of the whole, greatest first, and what they make of all that moved that way. */
interface Blame {
  readonly by: string;
  readonly members: readonly (string | null)[];
  readonly part: number;
}

function blameOf(response: ChangeResponse): Blame | null {
  const [block] = response.blocks;
  const change = Number(block?.total.change ?? 0);
  const movers = (block?.members ?? [])
    .map(({ member, change: moved }): [string | null, number] => [member, Number(moved)])
    .filter(([, moved]) => moved * change > 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const whole = movers.reduce((sum, [, moved]) => sum + moved, 0);
  const named = movers.slice(0, NAMED);
  if (named.length === 0) return null;
  return {
    by: response.by ?? '',
    members: named.map(([member]) => member),
    part: named.reduce((sum, [, moved]) => sum + moved, 0) / whole,
  };
}

/** The dimension that tells most: whose two greatest members make the largest part. */
function blame(responses: Iterable<ChangeResponse>): Blame | null {
  const found = [...responses].map(blameOf).filter((entry) => entry !== null);
  // All of it explains nothing: the dimension has no other members.
  const telling = found.filter(({ part }) => part < ALL);
  return telling.sort((a, b) => b.part - a.part)[0] ?? null;
}

/** The day in a sentence or two, every figure in it a way in. */
export function sentence(from: EventTarget, data: PulsoData): TemplateResult {
  const { setting, answers } = data;
  const { figures, language } = setting;
  const words = pulsoWords(language);
  const [gross, share] = [answerOf(answers, 'gross'), answerOf(answers, 'overdue_share')];
  const day = dayShort(setting.asOf, language);
  if (!gross || !share) return html`${setting.words.status.failed}`;
  if (gross.total === null || share.total === null) return html`${nothing}`;
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
  if (Math.abs(Number(now) - Number(before)) < STEADY)
    return html`${start} ${against(from, data) || words.steady}`;
  const moved = [...data.blamed.values()][0]?.blocks[0]?.total.change ?? null;
  const found = blame(data.blamed.values());
  if (moved === null || Number(moved) === 0) return start;
  const rise = Number(moved) > 0;
  const isAgainst = Number(moved) * (Number(now) - Number(before)) < 0;
  const said = isAgainst ? (rise ? words.risesYet : words.fallsYet) : rise ? words.rises : words.falls;
  if (found === null) {
    const amount = figures.money(moved.replace('-', ''));
    return html`${start} ${phrase(said, { amount })}${few(data)}${against(from, data)}`;
  }
  const { labels } = data.blamed.get(found.by) ?? { labels: {} };
  const names = found.members.map((member) =>
    link(setting.label(found.by, member, labels), { kpi: 'overdue', at: { [found.by]: member } }),
  );
  const dimension = setting.words.dimensions[found.by as keyof typeof setting.words.dimensions];
  const amount = link(figures.money(moved.replace('-', '')), { kpi: 'overdue', by: found.by, at: {} });
  return html`${start} ${phrase(`${said}${words.explain(names.length > 1, rise, dimension)}`, {
    amount,
    names: names.map((name, at) => (at === 0 ? name : html` ${words.and} ${name}`)),
    part: figures.percent(found.part, 0),
  })}${few(data)}${against(from, data)}`;
}

/** What is over 90 days late, where it moves against the whole: good news alone would mislead. */
function against(from: EventTarget, { setting, answers }: PulsoData): TemplateResult | string {
  const [deep, share] = [answerOf(answers, 'par90'), answerOf(answers, 'overdue_share')];
  if (!deep || !share) return '';
  const moved = (answer: typeof deep): number =>
    Number(answer.total?.value ?? 0) - Number(answer.total?.compare[0]?.value ?? answer.total?.value ?? 0);
  const change = moved(deep);
  const together = change * moved(share) > 0 && Math.abs(moved(share)) >= STEADY;
  if (Math.abs(change) < AGAINST || together) return '';
  const { figures, language } = setting;
  const words = pulsoWords(language);
  const text = figures.percent(deep.total?.value ?? 0);
  return html` ${phrase(change > 0 ? words.deepens : words.eases, {
    change: figures.points(change),
    share: html`<button type="button" class="link" @click=${() => tell(from, 'alturas-open', { kpi: 'par90', at: {} })}>${text}</button>`,
  })}`;
}

/** How much of all overdue the ten greatest clients hold. */
function few({ setting, answers }: PulsoData): TemplateResult | string {
  const who = answerOf(answers, 'who');
  const whole = Number(who?.total?.denominator ?? 0);
  if (!who || whole === 0) return '.';
  const { rows } = overdueOnly(who);
  const held = rows.reduce((sum, { denominator }) => sum + Number(denominator ?? 0), 0);
  return phrase(pulsoWords(setting.language).few(rows.length), {
    held: setting.figures.percent(held / whole, 0),
  });
}
