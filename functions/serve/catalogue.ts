import { FEED_NAMES, feedOf } from '../contracts/feeds.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { alturasOf } from '../core/config.ts';
import type { Kpi } from '../query/catalogue.ts';
import type { Desk } from '../query/desk.ts';
import { GROUPS, LENS_DIMENSIONS } from '../query/lens.ts';
import { isOrigin } from '../query/origin.ts';
import { seesOrigins } from '../query/policy.ts';
import { martOf } from '../query/select.ts';
import type { Catalogue } from './api.ts';
import { dayless } from './provenance.ts';

type CatalogueModel = Catalogue['models'][number];

/** Hash of all that makes a KPI what it is. */
export function kpiVersion(kpi: Kpi): string {
  const { examples: _examples, default_where: _choices, ...definition } = kpi;
  return sha256(canonicalJson(definition)).slice(0, 16);
}

/** The dictionary: every KPI, every model with its columns, and what feeds what. */
export function catalogueView(desk: Desk): Catalogue {
  const { catalogue, config, project } = desk;
  const kpis = catalogue.kpis.map((kpi): Catalogue['kpis'][number] => {
    const mart = martOf(catalogue, kpi);
    const beyond = mart.form === 'cube' ? LENS_DIMENSIONS : GROUPS;
    return {
      id: kpi.id,
      es: kpi.es,
      en: kpi.en,
      formula: kpi.formula,
      unit: kpi.unit,
      direction: kpi.direction,
      source: kpi.source,
      mart: kpi.from,
      periods: [...kpi.periods],
      bases: Object.keys(kpi.bases),
      dimensions: [...new Set([...Object.keys(mart.dimensions), ...beyond])].filter(
        (dimension) => seesOrigins(desk.caller) || !isOrigin(dimension),
      ),
      always_by: [...kpi.always_by],
      parameter: kpi.parameter
        ? {
            ...kpi.parameter,
            choices:
              kpi.parameter.choices === 'bucket_bounds' ? [...config.buckets] : [...kpi.parameter.choices],
          }
        : null,
      additive: mart.form === 'cube',
      version: kpiVersion(kpi),
      examples: kpi.examples.map(({ es, en, by, given, expect }) => ({
        es,
        en,
        by: [...by],
        given,
        expect: expect.map(({ at, value, reason }) => ({
          at,
          value,
          ...(reason === undefined ? {} : { reason }),
        })),
      })),
    };
  });
  const feeds = FEED_NAMES.map((name): CatalogueModel => {
    const feed = feedOf(name);
    return {
      name,
      kind: 'feed',
      es: feed.es,
      en: feed.en,
      grain: [...feed.key],
      columns: feed.columns.map((column) => ({
        name: column.name,
        type: column.sqlType,
        es: column.es,
        en: column.en,
        unit: null,
      })),
    };
  });
  const models = project.models.map(
    ({ name, file, header }): CatalogueModel => ({
      name,
      kind: file.startsWith('marts/') ? 'mart' : file.startsWith('position/') ? 'position' : 'ledger',
      es: header.es,
      en: header.en,
      grain: [...header.grain],
      columns: header.columns.map(({ unit, ...column }) => ({ ...column, unit: unit ?? null })),
    }),
  );
  const laws = project.laws.map(
    ({ name, header }): CatalogueModel => ({
      name,
      kind: 'law',
      es: header.es,
      en: header.en,
      grain: [],
      columns: [],
    }),
  );
  const known = new Set([...feeds, ...models].map(({ name }) => name));
  const lineage = [
    ...[...project.models, ...project.laws].flatMap(({ name, tables }) =>
      tables.filter((table) => known.has(table)).map((from) => ({ from, to: name })),
    ),
    ...catalogue.kpis.map((kpi) => ({ from: kpi.from, to: `kpi:${kpi.id}` })),
  ];
  const view = {
    kpis,
    models: [...feeds, ...models, ...laws],
    lineage,
    buckets: alturasOf(config).map(({ altura, ord, lo, hi }) => ({
      altura,
      order: ord,
      from: lo === null || lo < -99999 ? null : lo,
      to: hi === null || hi > 99999 ? null : hi,
    })),
  };
  return {
    ...dayless(desk, view.kpis.length + view.models.length),
    version: sha256(canonicalJson(view)).slice(0, 16),
    ...view,
  };
}
