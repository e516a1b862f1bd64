/** What draws Pulso's charts: fetched while the figures are on their way, so that the page itself stands sooner. */
import '../../parts/chart.ts';

export { stackedBuckets } from '../../parts/stackedBuckets.ts';
export { waterfall } from './waterfall.ts';
