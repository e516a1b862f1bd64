// `npm run costs`: the tables of infra/README.md, from prices.ts and measured.ts.
import { costTable, limitTable, retentionTable } from './costTables.ts';
import { PRICED } from './prices.ts';

console.log(`${PRICED.region}, prices believed as of ${PRICED.at}; verify.\n`);
for (const table of [costTable(), retentionTable(), limitTable()]) console.log(table);
