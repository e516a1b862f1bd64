import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AskAnswer } from '../../functions/serve/api.ts';
import { dayText } from '../format/days.ts';
import { Refusal } from './api.ts';
import { hear, tell } from './events.ts';
import type { Setting } from './setting.ts';
import { trouble } from './trouble.ts';

const PATIENCE_MS = 1_500;

/**
 * A board asks for its data when its setting's key changes and shows it. While new figures come the old ones stay,
 * dimmed; before the first come, their places are drawn in final size (`show(null)`).
 */
export abstract class Board<Data> extends LitElement {
  static override properties = {
    setting: { attribute: false },
    data: { state: true },
    refusal: { state: true },
    loading: { type: Boolean, reflect: true },
    long: { state: true },
  };
  declare setting: Setting;
  declare data: Data | null;
  declare refusal: Refusal | null;
  declare loading: boolean;
  /** The answer takes longer than a glance: the reader is told why. */
  declare long: boolean;
  /** The setting that what is on screen was loaded with. */
  #told = '';
  #key = '';
  #abort: AbortController | null = null;

  constructor() {
    super();
    this.data = null;
    this.refusal = null;
    this.loading = false;
    this.long = false;
    hear(this, 'alturas-again', () => void this.fetchData());
  }

  abstract load(setting: Setting, signal: AbortSignal): Promise<Data>;
  abstract show(data: Data | null): TemplateResult;
  /** What the download button takes out: the board's main question. */
  abstract mainQuestion(): ReturnType<Setting['question']> | null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort?.abort();
  }

  override willUpdate(_changed: PropertyValues): void {
    if (this.setting.key !== this.#key) {
      this.#key = this.setting.key;
      void this.fetchData();
    }
  }

  async fetchData(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    const { setting } = this;
    const patience = setTimeout(() => {
      this.long = !abort.signal.aborted;
    }, PATIENCE_MS);
    try {
      const data = await this.load(setting, abort.signal);
      if (abort.signal.aborted) return;
      this.data = data;
      this.#told = setting.key;
      this.refusal = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.refusal = error instanceof Refusal ? error : new Refusal(0, null);
      // Figures of another day or other filters would stand under the new ones.
      if (this.#told !== setting.key) this.data = null;
      if (this.refusal.status === 401) {
        this.data = null;
        tell(this, 'alturas-retry', null);
      }
    } finally {
      clearTimeout(patience);
      if (this.#abort === abort) this.long = false;
    }
    this.loading = false;
  }

  /** In the place of a board whose filters leave nothing to show. */
  protected nothingHere(): TemplateResult {
    const { words, place } = this.setting;
    const { empty, emptyHelp, clear } = words.status;
    return html`<section class="lead">
      <p>${empty} ${emptyHelp}</p>
      ${
        Object.keys(place.filters).length === 0
          ? nothing
          : html`<div>
              <button type="button" class="control" @click=${() => tell(this, 'alturas-go', { to: { filters: {} } })}>${clear}</button>
            </div>`
      }
    </section>`;
  }

  /** What is being made, where it is known: nothing is promised about how long. */
  #preparing(): TemplateResult {
    const { words, asOf, place, language } = this.setting;
    const day = dayText(asOf, language);
    return html`<p class="preparing" role="status">
      ${place.knownAt === null ? words.status.preparing(day) : words.status.restating(dayText(place.knownAt, language))}
    </p>`;
  }

  override render(): TemplateResult {
    const { refusal } = this;
    const again = refusal?.isPassing ? () => void this.fetchData() : null;
    const failed = refusal === null ? nothing : trouble(this.setting.words, refusal, again);
    return html`${failed} ${this.long ? this.#preparing() : nothing} ${refusal !== null && this.data === null ? nothing : this.show(this.data)}`;
  }
}

/** Whether a figure is nothing on its day and on every day that it is compared with. */
export function neverHeld({ total }: AskAnswer): boolean {
  return [total, ...(total?.compare ?? [])].every((told) => Number(told?.value ?? 0) === 0);
}
