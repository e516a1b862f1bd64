import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Refusal } from './api.ts';
import { tell } from './events.ts';
import type { Setting } from './setting.ts';
import { trouble } from './trouble.ts';

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
  };
  declare setting: Setting;
  declare data: Data | null;
  declare refusal: Refusal | null;
  declare loading: boolean;
  #key = '';
  #abort: AbortController | null = null;

  constructor() {
    super();
    this.data = null;
    this.refusal = null;
    this.loading = false;
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
    try {
      const data = await this.load(this.setting, abort.signal);
      if (abort.signal.aborted) return;
      this.data = data;
      this.refusal = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.refusal = error instanceof Refusal ? error : new Refusal(0, null);
      if (this.refusal.status === 401) {
        this.data = null;
        tell(this, 'alturas-retry', null);
      }
    }
    this.loading = false;
  }

  override render(): TemplateResult {
    const failed =
      this.refusal === null
        ? nothing
        : trouble(this.setting.words, this.refusal, () => void this.fetchData());
    return html`${failed} ${this.refusal !== null && this.data === null ? nothing : this.show(this.data)}`;
  }
}
