import { expect, it } from 'vitest';
import { endLabel } from '../../../dashboards/parts/endLabel.ts';

it('a series is named beside its last bar alone', () => {
  const { formatter, color } = endLabel('#111111', 12, 'Por mora 14,8');
  expect([0, 11, 12].map((dataIndex) => formatter({ dataIndex }))).toEqual(['', '', 'Por mora 14,8']);
  expect(color).toBe('#111111');
});
