import { canonicalJson, sha256 } from '../core/canonical.ts';
import { alturasOf, type Config } from '../core/config.ts';
import type { Row } from '../engine/engine.ts';
import type { Model, Project } from './project.ts';
import { settingsOf } from './relations.ts';

/**
 * What a model's stored rows depend on, as one hash per model: its own file, the files of all it reads, what each of
 * them reads of the configuration, and the severities of laws, by which rows are let out. Days built under another
 * signature are stale. What only landing and questions read of the configuration changes no signature.
 */
export function signatures(project: Project, config: Config): Map<string, string> {
  const found = new Map<string, string>();
  for (const model of project.models)
    found.set(
      model.name,
      sha256(
        canonicalJson({
          file: model.hash,
          config: { laws: config.laws, ...configurationOf(model, config) },
          reads: model.tables.flatMap((table) => found.get(table) ?? []).sort(),
        }),
      ),
    );
  return found;
}

/** What a model reads of the configuration itself: the alturas, and the settings that it names. */
function configurationOf({ tables, sql }: Model, config: Config): object {
  return {
    ...(tables.includes('alturas') ? { alturas: alturasOf(config) } : {}),
    ...(tables.includes('settings') ? { settings: settingsNamed(sql, settingsOf(config)) } : {}),
  };
}

/** Settings whose key a text holds in quotes, or the part of it before a dot; all of them where it names none. */
function settingsNamed(sql: string, settings: readonly Row[]): readonly Row[] {
  const quoted = [...sql.matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
  const named = settings.filter(({ key }) =>
    quoted.some((text) => key === text || (text.endsWith('.') && String(key).startsWith(text))),
  );
  return named.length > 0 ? named : settings;
}
