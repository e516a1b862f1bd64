import type { Opened, Place } from './place.ts';

/** What components tell the application. */
export interface Messages {
  /** Go elsewhere; `replace` keeps the history as it is. */
  'alturas-go': { readonly to: Partial<Place>; readonly replace?: boolean };
  'alturas-open': Opened;
  'alturas-define': { readonly kpi: string };
  'alturas-say': { readonly text: string };
  /** The token is refused: nothing may stay on the screen. */
  'alturas-retry': null;
  /** A question that was refused is asked again. */
  'alturas-again': null;
}

export function tell<Name extends keyof Messages>(
  from: EventTarget,
  name: Name,
  detail: Messages[Name],
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

export function hear<Name extends keyof Messages>(
  at: EventTarget,
  name: Name,
  listener: (detail: Messages[Name]) => void,
): void {
  at.addEventListener(name, (event) => listener((event as CustomEvent<Messages[Name]>).detail));
}
