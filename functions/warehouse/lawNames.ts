import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HOME } from '../core/home.ts';
import { readModelHeader, splitFile } from './header.ts';

/** The name of the law that every stored model obeys without saying so: its grain names one row. */
export function grainLawName(model: string): string {
  return `grain_of_${model}`;
}

/** Every law of the house by name, those of the grains last: what a configuration may give a severity of its own. */
export function lawNames(): string[] {
  const files = (folder: string): string[] =>
    readdirSync(join(HOME, 'sql', folder))
      .filter((name) => name.endsWith('.sql'))
      .sort();
  const stored = ['position', 'marts'].flatMap((folder) =>
    files(folder)
      .filter((name) => !isView(join(HOME, 'sql', folder, name)))
      .map((name) => basename(name, '.sql')),
  );
  return [...files('laws').map((name) => basename(name, '.sql')), ...stored.map(grainLawName)];
}

function isView(file: string): boolean {
  const split = splitFile(readFileSync(file, 'utf8'));
  return split !== null && readModelHeader(file, split, [])?.view === true;
}
