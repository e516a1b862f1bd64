import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { base, controls } from '../design/base.ts';

/** A button with a panel under it. Escape and a click elsewhere close it; focus goes back to the button. */
export class Menu extends LitElement {
  static override properties = {
    label: { type: String },
    open: { type: Boolean, reflect: true },
    align: { type: String, reflect: true },
    pressed: { type: Boolean },
    bare: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      .panel {
        position: absolute;
        inset-block-start: calc(100% + 0.25rem);
        inset-inline-start: 0;
        z-index: 30;
        min-inline-size: 15rem;
        max-inline-size: min(24rem, calc(100vw - 2rem));
        max-block-size: min(28rem, 70vh);
        overflow: auto;
        text-align: start;
        padding: 0.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--raised);
        box-shadow: 0 6px 20px -8px var(--shade);
      }
      :host([align="end"]) .panel {
        inset-inline: auto 0;
      }
      @media (max-width: 40rem) {
        :host([align="end"]) {
          position: static;
        }
        :host([align="end"]) .panel {
          inset-inline: 1rem;
          inset-block-start: auto;
        }
      }
    `,
  ];
  declare label: string;
  declare open: boolean;
  declare align: string;
  declare pressed: boolean;
  declare bare: boolean;

  constructor() {
    super();
    this.label = '';
    this.open = false;
    this.align = 'start';
    this.pressed = false;
    this.bare = false;
  }

  readonly #outside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#outside);
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('open')) return;
    if (this.open) document.addEventListener('pointerdown', this.#outside);
    else document.removeEventListener('pointerdown', this.#outside);
    if (this.open) this.querySelector<HTMLElement>('[data-first]')?.focus();
    this.dispatchEvent(new Event('toggle'));
  }

  close(): void {
    this.open = false;
    this.renderRoot.querySelector('button')?.focus();
  }

  override render(): TemplateResult {
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || !this.open) return;
      event.stopPropagation();
      this.close();
    };
    return html`<div @keydown=${leave}>
      <button
        type="button"
        class=${this.bare ? 'bare' : 'control'}
        aria-label=${this.bare ? this.label : nothing}
        title=${this.label || nothing}
        aria-expanded=${this.open ? 'true' : 'false'}
        data-on=${this.pressed ? 'true' : nothing}
        @click=${() => {
          this.open = !this.open;
        }}
      >
        <slot name="button"></slot>
      </button>
      ${this.open ? html`<div class="panel"><slot></slot></div>` : ''}
    </div>`;
  }
}
customElements.define('alturas-menu', Menu);

/** Closes the menu that the clicked thing stands in. */
export function closeMenu(event: Event): void {
  (event.target as Element).closest<Menu>('alturas-menu')?.close();
}
