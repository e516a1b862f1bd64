import { THEMED } from '../embed/themed.ts';

type Tokens = Readonly<Record<string, string>>;

/** Functions that a colour is written with; a browser takes any value that has `var()` in it for one. */
const OF_COLOURS = /^(?:(?:rgb|hsl)a?|hwb|(?:ok)?l(?:ab|ch)|color(?:-mix)?|light-dark|calc)$/i;
const NO_VALUE = /[;{}\\]|^(?:inherit|initial|unset|revert(?:-layer)?)$/i;

/** A colour, or names of fonts: nothing that is fetched, nothing that reads another property. */
function isWorn(name: string, value: string): boolean {
  if (NO_VALUE.test(value)) return false;
  const functions = value.match(/[\w-]+(?=\()/g) ?? [];
  return name === 'sans'
    ? !value.includes('(') && CSS.supports('font-family', value)
    : functions.every((one) => OF_COLOURS.test(one)) && CSS.supports('color', value);
}

/** How the page is dressed: as the token of its session says, and over that as the CSS of the host page does. */
export class Dress {
  #token: Tokens = {};
  #host: Tokens = {};

  ofToken(theme: Tokens): void {
    this.#token = plain(theme);
    this.#put();
  }

  ofHost(theme: Tokens): void {
    this.#host = plain(theme);
    this.#put();
  }

  /** Light or dark, where the token says so. */
  get scheme(): 'light' | 'dark' | null {
    const { scheme } = this.#token;
    return scheme === 'light' || scheme === 'dark' ? scheme : null;
  }

  #put(): void {
    const { style } = document.documentElement;
    for (const name of THEMED) {
      const value = [this.#host, this.#token]
        .map((theme) => theme[name] ?? '')
        .find((given) => isWorn(name, given));
      if (value === undefined) style.removeProperty(`--${name}`);
      else style.setProperty(`--${name}`, value);
    }
  }
}

/** `accent`, `--accent` and `--alturas-accent` are one. */
function plain(theme: Tokens): Tokens {
  return Object.fromEntries(
    Object.entries(theme).map(([name, value]) => [name.replace(/^--(alturas-)?/, ''), String(value).trim()]),
  );
}
