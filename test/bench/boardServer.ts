import { parseArgs } from 'node:util';
import { defaultConfig } from '../../functions/core/config.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { startServer } from '../../functions/serve/server.ts';

/**
 * The server that boards.ts measures, in a process of its own, so that its processor time is its own. It answers its
 * parent's messages: `cpu` with its processor time so far, ms; `tell` with the statements that readers ran since the
 * last `tell`; `warm` when all that is made beforehand is made; `close` by ending.
 */
export type Asked = 'cpu' | 'tell' | 'warm' | 'close';
export interface Told {
  readonly address?: string;
  readonly cpu?: number;
  readonly statements?: readonly string[];
}

const { positionals } = parseArgs({ allowPositionals: true });
const [place = '', cache = ''] = positionals;
const told: string[] = [];
const ask = Session.prototype.rows;
Session.prototype.rows = function (sql, parameters) {
  told.push(sql);
  return ask.call(this, sql, parameters);
};
const running = await startServer({
  lake: await openLake(place),
  config: defaultConfig(),
  port: 0,
  cache,
  log: console.error,
});
const tell = (message: Told): void => void process.send?.(message);

process.on('message', (asked: Asked) => {
  if (asked === 'cpu') {
    const { user, system } = process.cpuUsage();
    tell({ cpu: (user + system) / 1000 });
  } else if (asked === 'tell') tell({ statements: told.splice(0) });
  else if (asked === 'warm') void running.house.makeReady().then(() => tell({}));
  else void running.close().then(() => process.exit());
});
tell({ address: running.address });
