import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import type { Engine } from '../../../functions/engine/engine.ts';
import type { BuildOptions } from '../../../functions/warehouse/buildRange.ts';

/**
 * Opens DuckDB with something changed about it, and about every engine beside it.
 * @param change told whether the engine is the first, or one beside it
 */
export function changedEngine(
  change: (engine: Engine, isFirst: boolean) => void,
): NonNullable<BuildOptions['openEngine']> {
  const changed = (engine: Engine, isFirst: boolean): Engine => {
    const beside = engine.beside.bind(engine);
    engine.beside = async () => changed(await beside(), false);
    change(engine, isFirst);
    return engine;
  };
  return async (...how) => changed(await DuckEngine.open(...how), true);
}
