import { AlturasError } from '../core/errors.ts';
import { FolderLake } from './folderLake.ts';
import { checkPrefix } from './keys.ts';
import type { Lake } from './lake.ts';

const S3_LOCATION = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*))?$/;

/**
 * The lake at a location: a folder (made at the first write) or `s3://bucket/prefix`, with endpoint, region and
 * credentials from the usual AWS environment variables or profile.
 * @param options.cache folder for local copies of remote objects; default: see cacheFolder
 * @throws AlturasError `LAKE_LOCATION` for any other kind of address
 */
export async function openLake(location: string, options: { readonly cache?: string } = {}): Promise<Lake> {
  const s3 = S3_LOCATION.exec(location);
  if (s3) {
    const prefix = (s3.groups?.prefix ?? '').replace(/\/$/, '');
    checkPrefix(prefix);
    // Loaded only here: the SDK takes a third of a second, which a lake in a folder need not pay.
    const { S3Lake } = await import('./s3Lake.ts');
    return new S3Lake({ bucket: s3.groups?.bucket ?? '', prefix, ...options });
  }
  if (location !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return new FolderLake(location);
  throw new AlturasError('usage', 'LAKE_LOCATION', `"${location}" is not a place for a lake.`, {
    value: location,
    expected: 'a folder, or s3://bucket or s3://bucket/prefix',
  });
}
