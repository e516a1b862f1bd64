import type { Row } from '../engine/engine.ts';
import type { Route } from './router.ts';

/** How a build is getting on: one call when a model begins and one when it ends, per pass. */
export interface BuildProgress {
  /** The model, or `laws`: all laws of a pass are one step. */
  readonly model: string;
  readonly kind: 'model' | 'law' | 'compaction';
  readonly pass: number;
  readonly passes: number;
  readonly days: number;
  /** Absent while it runs. The rows of a law are those that break it. */
  readonly done?: { readonly rows: number; readonly seconds: number };
}

export interface ModelReport {
  readonly model: string;
  readonly days: number;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  readonly seconds: number;
}

export interface BrokenLaw {
  readonly law: string;
  readonly file: string;
  readonly severity: 'error' | 'warning';
  readonly en: string;
  readonly es: string;
  /** How many rows break it; counting stops at 1,000. */
  readonly rows: number;
  /** The first of them. */
  readonly sample: readonly Row[];
  /** Where all of them lie in the lake. */
  readonly evidence: string;
}

/** What a build did. */
export interface BuildReport {
  /** `unchanged`: nothing was missing. `refused`: a law of severity error is broken and nothing became visible. */
  readonly status: 'published' | 'unchanged' | 'refused';
  /** Deliveries of the lake. */
  readonly deliveries: number;
  /** When nothing was missing: models whose newest day no longer matches their text or the configuration. */
  readonly outdated: readonly string[];
  readonly build: string | null;
  readonly days: { readonly from: string; readonly to: string; readonly count: number } | null;
  readonly passes: number;
  readonly models: readonly ModelReport[];
  readonly broken: readonly BrokenLaw[];
  /** Months whose days were put together in one file, by model. */
  readonly compacted: readonly { readonly model: string; readonly month: string }[];
  /** Who ran the SQL, and why; null when nothing was missing. */
  readonly engine: (Route & { readonly version: string }) | null;
  readonly seconds: number;
}
