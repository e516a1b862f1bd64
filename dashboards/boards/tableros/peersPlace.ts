import type { PeersRequest } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';

/** The company, the day and the knowledge of the page, as a question about peers takes them. */
export function peersPlace({
  asOf,
  company,
  place,
}: Pick<Setting, 'asOf' | 'company'> & { readonly place: Pick<Setting['place'], 'knownAt'> }): Pick<
  PeersRequest,
  'as_of' | 'company' | 'known_at'
> {
  return {
    as_of: asOf,
    ...(company === null ? {} : { company }),
    ...(place.knownAt === null ? {} : { known_at: place.knownAt }),
  };
}
