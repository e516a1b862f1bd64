import type { Cell } from '../../functions/engine/engine.ts';

/** Ratios may differ in their last digits, as engines add doubles in another order. */
const RELATIVE = 1e-12;

/** Whether two engines gave the same cell: doubles within 1e-12 relative, everything else exactly. */
export function sameCell(left: Cell, right: Cell): boolean {
  if (typeof left === 'number' && typeof right === 'number') {
    if (Object.is(left, right) || left === right) return true;
    return Math.abs(left - right) <= RELATIVE * Math.max(Math.abs(left), Math.abs(right));
  }
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((cell, at) => sameCell(cell, right[at] ?? null));
  return cellText(left) === cellText(right);
}

/** 32- and 64-bit integers, and timestamps with or without trailing zeros, are the same value written twice. */
export function cellText(cell: Cell): string {
  const text = cell === null ? 'null' : typeof cell === 'string' ? `'${cell}'` : String(cell);
  if (/^'?-?\d+'?$/.test(text)) return text.replaceAll("'", '');
  return text.replace(/^('\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\.?(\d*?)0*'$/, "$1.$2'");
}
