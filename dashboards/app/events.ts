import type { Opened, Place } from './place.ts';

/** What components tell the application. */
export interface Messages {
  /** Go elsewhere; `replace` keeps the history as it is. */
  'alturas-go': { readonly to: Partial<Place>; readonly replace?: boolean };
  'alturas-open': Opened;
  'alturas-define': { readonly kpi: string };
  'alturas-say': { readonly text: string };
  'alturas-retry': null;
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
