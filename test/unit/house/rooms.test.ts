import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** A room imports only rooms above it; the jobs stand side by side and never import one another. */
const RANK: Readonly<Record<string, number>> = {
  core: 0,
  contracts: 1,
  lake: 2,
  engine: 3,
  warehouse: 4,
  query: 5,
  lambda: 5,
  land: 6,
  build: 6,
  serve: 6,
  demo: 7,
  cli: 8,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => join(directory, name));
}

/** Imports between rooms of `functions/`, as `room/file.ts -> room`. */
function roomImports(
  files: readonly string[],
  read = (file: string) => readFileSync(file, 'utf8'),
): Import[] {
  return files.flatMap((file) => {
    const specifiers = read(file).matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g);
    return [...specifiers].flatMap(([, specifier = '']) => {
      const target = relative(join(ROOT, 'functions'), resolve(dirname(file), specifier)).split('/')[0] ?? '';
      const from = relative(join(ROOT, 'functions'), file);
      return target === from.split('/')[0] ? [] : [{ from, to: target }];
    });
  });
}

function trespasses(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => {
      const here = RANK[from.split('/')[0] ?? ''];
      const there = RANK[to];
      return here === undefined || there === undefined || there >= here;
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

describe('the house', () => {
  it('lets a room import only the rooms above it', () => {
    expect(trespasses(roomImports(sources(join(ROOT, 'functions'))))).toEqual([]);
  });

  it('sees a trespass', () => {
    const file = join(ROOT, 'functions/land/made-up.ts');
    const imports = roomImports([file], () => "import { build } from '../build/build.ts';");
    expect(trespasses(imports)).toEqual(['land/made-up.ts imports build']);
  });

  it('knows every room that exists', () => {
    const rooms = readdirSync(join(ROOT, 'functions'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(rooms.map((room) => room.name).filter((name) => RANK[name] === undefined)).toEqual([]);
  });
});
