import { html, nothing, type TemplateResult } from 'lit';
import { dayText } from '../format/days.ts';
import { icon } from '../parts/icons.ts';
import { phrase } from '../parts/phrase.ts';
import type { Words } from '../words/words.ts';
import type { App } from './app.ts';
import { tell } from './events.ts';
import { BOARDS, type BoardName, type Place, writePlace } from './place.ts';
import type { Setting } from './setting.ts';

/** Brand, boards and the buttons that belong to no board. */
export function header(
  app: App,
  words: Words,
  setting: Setting | null,
  place: Place,
  theme: 'light' | 'dark',
): TemplateResult {
  const boards = BOARDS.filter((name) => setting === null || setting.mayShow(name));
  const to = (board: BoardName): Partial<Place> => ({ board, own: {}, opened: null });
  const language = setting?.language ?? place.language ?? 'es';
  return html`<header class="top">
    <button
      type="button"
      class="skip"
      @click=${() => app.renderRoot.querySelector<HTMLElement>('main')?.focus()}
    >
      ${words.bar.skip}
    </button>
    <div class="brand" title=${words.tagline}>
      <svg viewBox="0 0 16 14" width="18" height="16" aria-hidden="true">
        <path class="b0" d="M0 9h3v5H0z"></path>
        <path class="b1" d="M4.3 6.5h3V14h-3z"></path>
        <path class="b2" d="M8.6 3.5h3V14h-3z"></path>
        <path class="b3" d="M12.9 0h3v14h-3z"></path></svg
      >${words.app}
    </div>
    <nav aria-label=${words.bar.navigation}>
      ${boards.map((name) => boardLink(app, place, to(name), words.boards[name]))}
    </nav>
    <select
      class="boards"
      aria-label=${words.bar.navigation}
      @change=${(event: Event) => tell(app, 'alturas-go', { to: to((event.target as HTMLSelectElement).value as BoardName) })}
    >
      ${boards.map((name) => html`<option value=${name} ?selected=${name === place.board}>${words.boards[name]}</option>`)}
    </select>
    <div class="tools">
      ${setting === null ? nothing : html`<alturas-save-menu .setting=${setting} .board=${() => app.board}></alturas-save-menu>`}
      <button type="button" class="bare share" aria-label=${words.bar.share} title=${words.bar.share} @click=${async () => {
        await navigator.clipboard.writeText(location.href);
        tell(app, 'alturas-say', { text: words.bar.shared });
      }}>
        ${icon('share')}
      </button>
      <button type="button" class="bare print" aria-label=${words.bar.print} title=${words.bar.print} @click=${() => window.print()}>
        ${icon('print')}
      </button>
      <button
        type="button"
        class="bare"
        lang=${language === 'es' ? 'en' : 'es'}
        title=${words.bar.language}
        aria-label="${language === 'es' ? 'EN' : 'ES'}: ${words.bar.language}"
        @click=${() => tell(app, 'alturas-go', { to: { language: language === 'es' ? 'en' : 'es' } })}
      >
        ${language === 'es' ? 'EN' : 'ES'}
      </button>
      <button
        type="button"
        class="bare"
        aria-label=${words.bar.theme}
        title=${words.bar.theme}
        @click=${() => tell(app, 'alturas-go', { to: { theme: theme === 'dark' ? 'light' : 'dark' }, replace: true })}
      >
        ${icon('contrast')}
      </button>
    </div>
  </header>`;
}

/** A way to another place: a link, so that it opens beside this one, too. */
function boardLink(app: App, place: Place, to: Partial<Place>, text: string): TemplateResult {
  return html`<a
    href=${writePlace({ ...place, ...to })}
    aria-current=${to.board === place.board ? 'page' : nothing}
    @click=${(event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      tell(app, 'alturas-go', { to });
    }}
    >${text}</a
  >`;
}

/** What a reader must know before any figure: a day that is not here yet, old data. */
export function notices(app: App, setting: Setting): TemplateResult | typeof nothing {
  const { words, ground, language } = setting;
  const { freshness, newest } = ground.days;
  const told = [
    ...(setting.isAhead
      ? [words.status.ahead(dayText(setting.place.asOf ?? newest, language), dayText(newest, language))]
      : []),
    ...(freshness.stale
      ? [words.status.stale(dayText(newest, language), setting.figures.number(freshness.age_days, 0))]
      : []),
    ...(freshness.waiting === null ? [] : [words.status.waiting(dayText(freshness.waiting, language))]),
  ];
  if (told.length === 0) return nothing;
  const to: Partial<Place> = { board: 'salud', own: {}, opened: null };
  const health =
    setting.place.board === 'salud' || !ground.session.boards.includes('salud')
      ? nothing
      : phrase(words.status.see, { board: boardLink(app, setting.place, to, words.boards.salud) });
  return html`<aside class="notice" aria-label=${words.status.staleHelp}>
    ${icon('warning')}
    <span>${told.join(' ')} <span class="soft">${words.status.staleHelp} ${health}</span></span>
  </aside>`;
}

/** For print and for trust: the day, what was known, which build, who asked, under which filters. */
export function footer(setting: Setting): TemplateResult {
  const { words, language, place, ground } = setting;
  const knownAt = place.knownAt === null ? null : words.foot.knownAt(dayText(place.knownAt, language));
  const filters = setting.filters
    .map(({ column, members }) => {
      const name = words.dimensions[column as keyof Words['dimensions']] ?? column;
      return `${name}: ${members.map((member) => setting.label(column, member)).join(', ')}`;
    })
    .join(' · ');
  const tied = setting.asOf === ground.days.newest ? ground.tied.get(setting.company ?? '') : undefined;
  return html`<footer>
    <span>${words.foot.asOf(dayText(setting.asOf, language))}${knownAt === null ? '' : `, ${knownAt}`}</span>
    <span>${filters}</span>
    ${tied === undefined ? nothing : html`<span>${words.seals[tied]}</span>`}
    <span>${words.foot.build(ground.days.published_build.slice(0, 12))}</span>
    <span>${words.foot.who(ground.session.name ?? ground.session.subject)}</span>
    ${ground.small.has(setting.company ?? '') ? nothing : html`<span>${words.bar.millions}</span>`}
  </footer>`;
}
