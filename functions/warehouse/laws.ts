import type { Config } from '../core/config.ts';
import type { Row } from '../engine/engine.ts';
import { grainLawName } from './lawNames.ts';
import type { Law, Model } from './project.ts';

/** Rows that break a law are kept up to this number. */
export const LAW_ROWS = 1000;

/** A law that some rows break. */
export interface Violation {
  readonly law: string;
  readonly file: string;
  readonly severity: 'error' | 'warning';
  readonly en: string;
  readonly es: string;
  readonly rows: readonly Row[];
}

/** The severity of a law: its own, unless the configuration says otherwise. */
export function severityOf(law: Law, config: Config): 'error' | 'warning' {
  return config.laws[law.name] ?? law.header.severity;
}

/** The law that every stored model obeys without saying so: its grain names one row. */
export function grainLaw(model: Model): Law {
  const grain = model.header.grain.map((column) => `"${column}"`).join(', ');
  return {
    name: grainLawName(model.name),
    file: model.file,
    text: '',
    sql: `select ${grain}, count(*) as copies from "${model.name}" group by ${grain} having count(*) > 1`,
    sqlLine: 1,
    hash: model.hash,
    tables: [model.name],
    scans: { [model.name]: 1 },
    header: {
      severity: 'error',
      reads: {},
      en: `The grain of ${model.name} names one row`,
      es: `El grano de ${model.name} identifica una sola fila`,
    },
  };
}
