import { AlturasError } from './errors.ts';

/** A whole number above zero of the environment, or the default. @throws AlturasError `SETTING_INVALID` */
export function numberSetting(
  name: string,
  byDefault: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const text = env[name];
  if (!text) return byDefault;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new AlturasError('usage', 'SETTING_INVALID', `${name} is not a number.`, {
    value: text,
    expected: 'a whole number above zero',
  });
}
