import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const TWO_32 = 0x1_0000_0000;

/** FNV-1a, so that every concern of the simulation draws from a stream of its own. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}

/** A deterministic source of chance: the same seed and name give the same draws on every machine. */
export class Dice {
  readonly #seed: number;
  readonly #source: RandomGenerator;

  constructor(seed: number, name: string) {
    this.#seed = Math.imul(seed | 0, 0x9e3779b1) ^ hash(name);
    this.#source = xoroshiro128plus(this.#seed);
    for (let i = 0; i < 8; i++) this.#source.next();
  }

  /** An independent stream: what one concern draws never moves another. */
  fork(name: string): Dice {
    return new Dice(this.#seed, name);
  }

  /** In [0, 1). */
  float(): number {
    return (this.#source.next() >>> 0) / TWO_32;
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.float() * (high - low);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.float() * items.length)];
    if (item === undefined) throw new RangeError('cannot pick from nothing');
    return item;
  }

  /** One of `items` in proportion to `weight`. */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    let left = this.float() * items.reduce((sum, item) => sum + weight(item), 0);
    for (const item of items) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return this.pick(items);
  }

  /** Standard normal: twelve uniforms need no logarithm, whose last bit an engine may choose. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.float();
    return sum;
  }

  /** A right-skewed factor around 1, close to e to the power of a normal draw of `spread`. */
  skewed(spread: number): number {
    let factor = 1 + (this.normal() * spread) / 32;
    for (let i = 0; i < 5; i++) factor *= factor;
    return factor;
  }

  /** How many of independent rare events happen when `mean` are expected. */
  count(mean: number): number {
    const whole = Math.floor(mean);
    let n = 0;
    for (let i = 0; i < whole * 2; i++) if (this.chance(0.5)) n++;
    return n + (this.chance(mean - whole) ? 1 : 0);
  }
}
