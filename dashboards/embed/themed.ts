/** What a host themes, in its CSS as `--alturas-accent` and in the `theme` of its tokens as `accent`. */
export const THEMED = [
  'accent',
  'accent-soft',
  'on-accent',
  'paper',
  'sunken',
  'raised',
  'ink',
  'soft',
  'hairline',
  'rule',
  'sans',
] as const;
