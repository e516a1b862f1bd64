import { AlturasError } from '../core/errors.ts';
import { FolderLake } from './folderLake.ts';
import type { Lake } from './lake.ts';

/**
 * The lake at a location: a folder (made at the first write) or `s3://bucket/prefix`.
 * @throws AlturasError `LAKE_LOCATION` for any other kind of address
 */
export async function openLake(location: string): Promise<Lake> {
  if (location !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return new FolderLake(location);
  throw new AlturasError('usage', 'LAKE_LOCATION', `"${location}" is not a place for a lake.`, {
    value: location,
    expected: 'a folder, or s3://bucket or s3://bucket/prefix',
  });
}
