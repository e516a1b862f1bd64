import type { DelayWindow } from './behaviour.ts';
import type { World } from './world.ts';

/**
 * A few intermediaries hold the money back for some months: one large one, two of any size. It is no change of
 * their clients, and a detector that does not look at the intermediary flags them all.
 */
export function planDelays(world: World): DelayWindow[] {
  const dice = world.dice.fork('delays');
  const { from, to } = world;
  const span = to - from;
  const large = [...world.staff.intermediaries].sort((a, b) => b.weight - a.weight).slice(0, 6);
  const chosen = new Set([
    dice.pick(large),
    dice.pick(world.staff.intermediaries),
    dice.pick(world.staff.intermediaries),
  ]);
  return [...chosen].map((intermediary) => {
    const start = from + Math.floor(span * dice.between(0.3, 0.7));
    return {
      intermediary: intermediary.id,
      from: start,
      to: start + dice.int(60, 120),
      days: dice.int(12, 22),
    };
  });
}
