import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { Api, Refusal, type Told } from './api.ts';
import { appStyle } from './appStyle.ts';
import { BOARD_PARTS, type BoardElement, boardTag } from './boardParts.ts';
import './controlBar.ts';
import './saveMenu.ts';
import type { HostMessage } from '../embed/messages.ts';
import { dayText } from '../format/days.ts';
import { knowsWords, type Language, learnWords, wordsOf } from '../words/words.ts';
import { Dress } from './dress.ts';
import { hear } from './events.ts';
import type { FilterNotes } from './filterNotes.ts';
import { Frame } from './frame.ts';
import { isSameCaller, layGround } from './ground.ts';
import { HostKeys, LocalKeys } from './keyring.ts';
import { BOARDS, type BoardName, chipsOf, type Place, readPlace, writePlace } from './place.ts';
import { type Ground, Setting } from './setting.ts';
import { footer, header, notices } from './shell.ts';
import { trouble } from './trouble.ts';

const EXPIRY_NOTICE_MS = 60_000;
const SAID_MS = 2_400;
/** Boards that say the same on any day. */
const DATELESS: readonly BoardName[] = ['salud', 'diccionario'];
/** Boards that ask nothing by the filters, or not always. */
const UNFILTERED: readonly BoardName[] = [...DATELESS, 'cliente'];
/** A page that was not looked at for so long looks for newer figures when it is looked at again. */
const LONG_AWAY_MS = 600_000;

/** The page: it owns the place, the ground and the token; boards get a Setting and send messages up. */
export class App extends LitElement {
  static override properties = {
    place: { state: true },
    ground: { state: true },
    refusal: { state: true },
    defined: { state: true },
    said: { state: true },
    ready: { state: true },
    panels: { state: true },
  };
  static override styles = appStyle;
  declare place: Place;
  declare ground: Ground | null;
  declare refusal: Refusal | null;
  declare defined: string | null;
  declare said: string;
  declare ready: BoardName | null;
  /** Whether the parts that open over a board have been fetched: they are when first needed. */
  declare panels: boolean;
  readonly #embedded = new URLSearchParams(location.search).has('embed');
  readonly #frame = this.#embedded ? new Frame(readPlace(location.search)) : null;
  readonly #dress = new Dress();
  readonly #hostKeys = new HostKeys(() => this.#frame?.send({ type: 'alturas:token-expiring' }));
  readonly #api = new Api(this.#embedded ? this.#hostKeys : new LocalKeys());
  #saidTimer = 0;
  #expiryTimer = 0;
  /** How often the ground was begun; of several at a time the last one stands. */
  #begun = 0;
  #laying = false;
  #laidAt = 0;
  #setting: Setting | null = null;
  /** null: no answer said anything of the filters. */
  #notes: FilterNotes | null = null;
  /** The language on screen; null until the words of the first one are here. */
  #language: Language | null = null;

  constructor() {
    super();
    this.place = readPlace(location.search);
    this.ground = null;
    this.refusal = null;
    this.defined = null;
    this.said = '';
    this.ready = null;
    this.panels = false;
    window.addEventListener('popstate', () => {
      this.#go(readPlace(location.search), true);
    });
    hear(this, 'alturas-go', ({ to, replace }) => this.#go({ ...this.place, ...to }, replace));
    hear(this, 'alturas-open', (opened) => this.#go({ ...this.place, opened }));
    hear(this, 'alturas-define', ({ kpi }) => {
      this.defined = kpi;
    });
    hear(this, 'alturas-say', ({ text }) => this.#say(text));
    hear(this, 'alturas-retry', () => this.#expire());
    this.#api.heard = (told) => {
      this.#compare(told);
      void this.#note(told, this.place);
    };
    document.addEventListener('visibilitychange', () => {
      const away = Date.now() - this.#laidAt;
      if (!document.hidden && this.ground !== null && away > LONG_AWAY_MS) void this.#lay();
    });
    this.#frame?.heard((message) => this.#obey(message));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.requestUpdate());
    if (this.#frame) this.#frame.send({ type: 'alturas:ready' });
    else void this.#lay();
  }

  #go(to: Place, replace = false): void {
    const place = this.#fit(
      to.board !== this.place.board && to.own === this.place.own ? { ...to, own: {} } : to,
    );
    this.place = place;
    const extra = this.#embedded ? '&embed=1' : '';
    const address = `${writePlace(place)}${extra}`;
    if (address !== location.search) history[replace ? 'replaceState' : 'pushState'](null, '', address);
    this.#frame?.tellPlace(place);
  }

  /** The place, or what of it there is in this session: its first board, the first company. The host is told. */
  #fit(place: Place): Place {
    if (this.ground === null) return place;
    const { session, members } = this.ground;
    const { company } = place;
    if (company !== null && !members.dimensions.company?.some(({ member }) => member === company)) {
      this.#frame?.fail('COMPANY_UNKNOWN', `The token sees no company "${company}".`);
      place = { ...place, company: null };
    }
    if (!session.boards.includes(place.board)) {
      this.#frame?.fail('BOARD_DENIED', `The token does not include the board "${place.board}".`);
      const board = BOARDS.find((name) => session.boards.includes(name)) ?? place.board;
      place = { ...place, board, own: {}, opened: null };
    }
    return place;
  }

  #obey(message: HostMessage): void {
    if (message.type === 'alturas:token') this.#admit(message.token);
    else if (message.type === 'alturas:token-failed') {
      // Figures that stand stay for as long as their own token is good.
      if (this.ground === null && !this.#laying) this.#expire();
    } else if (this.#frame !== null) {
      if (message.type === 'alturas:theme') this.#dress.ofHost(message.tokens);
      this.#go(this.#frame.follow(message, this.place), true);
      if (message.type === 'alturas:filters') this.#hearOfFilters();
    }
  }

  /** Filters by which the board itself asks nothing. */
  get #unaskedFilters(): ReturnType<typeof chipsOf> {
    return UNFILTERED.includes(this.place.board) ? chipsOf(this.place) : [];
  }

  /** Of filters by which the board itself asks nothing, one answer tells what is to be said. */
  #hearOfFilters(): void {
    const filters = this.#unaskedFilters;
    if (this.ground !== null && filters.length > 0)
      void this.#api.ask([{ kpi: 'gross', filters }]).catch(() => undefined);
  }

  /**
   * @param given with a token that was only just given: of the caller for whom the ground stands, it changes nothing
   * @param renews whether another token is asked for where this one is refused
   */
  async #lay(given = false, renews = true): Promise<void> {
    const begun = ++this.#begun;
    // A token may be given because a ground that is being laid asked for it: that one is begun again.
    const isWanted = !given || this.#laying;
    this.#laying = true;
    this.refusal = null;
    try {
      const session = await this.#api.session(renews);
      if (begun !== this.#begun) return;
      this.#dress.ofToken(session.theme);
      this.requestUpdate();
      const isSame = this.ground !== null && isSameCaller(session, this.ground.session);
      if (isSame && !isWanted) return;
      if (!isSame) this.#clear();
      const asked = this.#unaskedFilters;
      const ground = await layGround(this.#api, session, asked);
      if (begun !== this.#begun) return;
      this.ground = ground;
      const fitting = this.#fit(this.place);
      if (fitting !== this.place) this.#go(fitting, true);
      // What the host set meanwhile.
      if (JSON.stringify(this.#unaskedFilters) !== JSON.stringify(asked)) this.#hearOfFilters();
      this.#laidAt = Date.now();
      this.#watchExpiry(session.expires_at);
    } catch (error) {
      if (begun !== this.#begun) return;
      const refusal = error instanceof Refusal ? error : new Refusal(0, null);
      if (refusal.status === 401) this.#expire();
      // Over a ground that stands, the next answer tries again.
      else if (this.ground === null) this.refusal = refusal;
    } finally {
      if (begun === this.#begun) this.#laying = false;
    }
  }

  /** An answer from a newer publish, or for other rights, than the ground was laid from. */
  #compare({ publish, policy }: Told): void {
    const { ground } = this;
    if (ground === null || this.#laying) return;
    if (policy !== undefined && policy !== ground.session.policy) this.#clear();
    // Of an older publish is what was under way when the ground was laid.
    else if (publish === undefined || publish <= ground.days.publish) return;
    void this.#lay();
  }

  /** What is said of filters: how it is shown is fetched with the first answer that says something. */
  async #note(told: Told, place: Place): Promise<void> {
    const isNoted = [told, ...(told.answers ?? []).map(({ answer }) => answer)].some(
      (one) => one?.filter_notes?.length,
    );
    if (isNoted && this.#notes === null) {
      const { FilterNotes } = await import('./filterNotes.ts');
      this.#notes ??= new FilterNotes();
    }
    this.#notes?.hear(told, place);
    this.requestUpdate();
  }

  /** Takes a token in: what another person may see goes from the screen before anything is asked. */
  #admit(token: string): void {
    const wasAsked = this.#hostKeys.give(token);
    const { sub, exp } = claimsOf(token);
    if (sub !== this.ground?.session.subject) this.#clear();
    else if (exp !== undefined) this.#watchExpiry(new Date(exp * 1000).toISOString());
    // Of a host that gives refused tokens none is asked for twice.
    void this.#lay(true, !wasAsked);
  }

  #clear(): void {
    clearTimeout(this.#expiryTimer);
    this.ground = null;
    this.#setting = null;
    this.#notes = null;
  }

  /** Tells the host in time; without a new token the figures go when it expires. */
  #watchExpiry(told: string): void {
    clearTimeout(this.#expiryTimer);
    if (this.ground?.session.local) return;
    const left = Date.parse(told) - Date.now();
    const notice = Math.max(0, left - Math.min(EXPIRY_NOTICE_MS, left / 4));
    this.#expiryTimer = window.setTimeout(async () => {
      if (await this.#hostKeys.renew()) return;
      this.#expiryTimer = window.setTimeout(() => this.#expire(), Math.max(0, Date.parse(told) - Date.now()));
    }, notice);
  }

  #expire(): void {
    this.refusal = new Refusal(401, null);
    this.#clear();
  }

  #say(text: string): void {
    this.said = text;
    clearTimeout(this.#saidTimer);
    this.#saidTimer = window.setTimeout(() => {
      this.said = '';
    }, SAID_MS);
  }

  get #theme(): 'light' | 'dark' {
    const told = this.place.theme ?? this.#dress.scheme;
    // A board in a frame does not know the page around it: it is light unless it is told.
    return told ?? (!this.#embedded && matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  }

  override willUpdate(): void {
    // A caller whose permission ended reads on in the same language.
    const language = this.place.language ?? this.ground?.session.locale ?? this.#language ?? 'es';
    if (!knowsWords(language)) {
      // Until they are here the page stays as it is.
      void learnWords(language).then(() => this.requestUpdate());
      return;
    }
    this.#language = language;
    this.#api.language = language;
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = this.#theme;
    document.title = `${wordsOf(language).boards[this.place.board]} · Alturas`;
    const { board } = this.place;
    if (this.ready !== board)
      void BOARD_PARTS[board]().then(() => {
        this.ready = board;
      });
    if (!this.panels && (this.place.opened !== null || this.defined !== null))
      void Promise.all([import('./drill.ts'), import('./definition.ts')]).then(() => {
        this.panels = true;
      });
    if (this.ground === null) this.#setting = null;
    else if (this.#setting?.place !== this.place || this.#setting.ground !== this.ground)
      this.#setting = new Setting(this.#api, this.ground, this.place, this.#embedded);
  }

  override render(): TemplateResult {
    if (this.#language === null) return html`${nothing}`;
    const words = wordsOf(this.#language);
    const setting = this.#setting;
    return html`${header(this, words, setting, this.place, this.#theme)}
      ${
        setting === null
          ? this.#barPlace(words)
          : html`<section class="bar" aria-label=${words.bar.controls}>
                <alturas-control-bar .setting=${setting}></alturas-control-bar>
              </section>
              ${notices(this, setting)}${this.#notes?.notice(this, setting)}`
      }
      <main id="board" tabindex="-1">
        <h1 class="said">${words.boards[this.place.board]}. ${words.questions[this.place.board]}</h1>
        ${this.#main(words)}
      </main>
      ${setting === null ? nothing : footer(setting)}
      <div class="toast" role="status" ?data-on=${this.said !== ''}>${this.said}</div>
      ${
        setting === null || !this.panels
          ? nothing
          : html`<alturas-drill .setting=${setting}></alturas-drill>
              <alturas-definition
                .setting=${setting}
                .kpi=${this.defined}
                @close=${() => {
                  this.defined = null;
                }}
              ></alturas-definition>`
      }`;
  }

  /** The room of the control bar, until it is known what stands in it. */
  #barPlace(words: ReturnType<typeof wordsOf>): TemplateResult | typeof nothing {
    if (this.refusal !== null) return nothing;
    return html`<section class="bar" aria-hidden="true"><span class="control waiting">${words.tagline}</span></section>`;
  }

  #main(words: ReturnType<typeof wordsOf>): TemplateResult {
    if (this.refusal?.status === 401)
      return html`<section class="expired" role="alert">
        <h2>${words.status.expired}</h2>
        <p>${words.status.expiredHelp}</p>
        <button type="button" class="control main" @click=${this.#renew}>${words.status.renew}</button>
      </section>`;
    if (this.refusal !== null) return trouble(words, this.refusal, () => void this.#lay());
    const setting = this.#setting;
    if (setting === null || this.ready !== this.place.board)
      return html`<p class="said" role="status">${words.status.loading}</p>
        <p class="place" aria-hidden="true"><span class="waiting">${words.questions[this.place.board]} ${words.tagline}</span></p>`;
    if (setting.company === null)
      return html`<section class="expired">
        <h2>${words.status.noScope}</h2>
        <p>${words.status.noScopeHelp}</p>
      </section>`;
    const { first, newest } = setting.ground.days;
    if (setting.asOf < first && !DATELESS.includes(this.place.board)) {
      const said = [setting.asOf, first, newest].map((day) => dayText(day, setting.language));
      return html`<section class="expired">
        <h2>${words.status.noDay(said[0] ?? '', said[1] ?? '', said[2] ?? '')}</h2>
        <button
          type="button"
          class="control main"
          @click=${() => this.#go({ ...this.place, asOf: null })}
        >
          ${words.bar.newest}
        </button>
      </section>`;
    }
    return boardTag(this.place.board, setting);
  }

  readonly #renew = async (): Promise<void> => {
    if (this.#embedded) await this.#hostKeys.renew();
    await this.#lay();
  };

  /** The board on show, for the download button. */
  get board(): BoardElement | null {
    return this.renderRoot.querySelector<BoardElement>('main > *:not(h1)');
  }
}
customElements.define('alturas-app', App);

/** What a token says of itself; the server is who judges it. */
function claimsOf(token: string): { readonly sub?: string; readonly exp?: number } {
  try {
    const [, body = ''] = token.split('.');
    return JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return {};
  }
}
