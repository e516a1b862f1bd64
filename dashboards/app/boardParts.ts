import { html, type LitElement, type TemplateResult } from 'lit';
import type { QuestionInput } from '../../functions/serve/api.ts';
import type { BoardName } from './place.ts';
import type { Setting } from './setting.ts';

export interface BoardElement extends LitElement {
  mainQuestion(): QuestionInput | null;
}

/** Each board is a part of its own, fetched when it is first shown. */
export const BOARD_PARTS: Readonly<Record<BoardName, () => Promise<unknown>>> = {
  pulso: () => import('../boards/pulso/pulso.ts'),
  alturas: () => import('../boards/alturas/alturas.ts'),
  rotacion: () => import('../boards/rotacion/rotacion.ts'),
  tableros: () => import('../boards/tableros/tableros.ts'),
  cliente: () => import('../boards/cliente/cliente.ts'),
  salud: () => import('../boards/salud/salud.ts'),
  diccionario: () => import('../boards/diccionario/diccionario.ts'),
};

export function boardTag(board: BoardName, setting: Setting): TemplateResult {
  switch (board) {
    case 'pulso':
      return html`<alturas-pulso .setting=${setting}></alturas-pulso>`;
    case 'alturas':
      return html`<alturas-buckets .setting=${setting}></alturas-buckets>`;
    case 'rotacion':
      return html`<alturas-turnover .setting=${setting}></alturas-turnover>`;
    case 'tableros':
      return html`<alturas-scorecards .setting=${setting}></alturas-scorecards>`;
    case 'cliente':
      return html`<alturas-client .setting=${setting}></alturas-client>`;
    case 'salud':
      return html`<alturas-health .setting=${setting}></alturas-health>`;
    case 'diccionario':
      return html`<alturas-dictionary .setting=${setting}></alturas-dictionary>`;
  }
}
