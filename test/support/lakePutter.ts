// A process that puts one file into a lake. Arguments: the lake's location, the key, the file.
import { openLake } from '../../functions/lake/openLake.ts';

const [location = '', key = '', file = ''] = process.argv.slice(2);
const lake = await openLake(location);
await lake.putFile(key, file, { condition: { ifAbsent: true } });
