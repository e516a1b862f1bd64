import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Styles stand inside scripts, where nothing else makes them smaller: they travel without comments and idle space. */
const flatStyles: Plugin = {
  name: 'flat-styles',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.ts')
      ? code.replace(/\bcss`[^`]*`/g, (style) =>
          style
            .split(/(\$\{[^}]*\})/)
            .map((part) => (part.startsWith('$') ? part : flat(part)))
            .join(''),
        )
      : null,
};

function flat(style: string): string {
  return style
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');
}

/** Line ends of a bundle stand in its templates alone, where space counts once however much of it there is. */
const flatTemplates: Plugin = {
  name: 'flat-templates',
  enforce: 'post',
  generateBundle: (_options, bundle) => {
    for (const part of Object.values(bundle))
      if (part.type === 'chunk') part.code = part.code.replace(/\n\s+/g, '\n');
  },
};

/** What every board draws with travels in one part: apart, its pieces would each be compressed alone. */
const SHARED =
  /dashboards\/(parts\/(buckets|change|marks?Style|phrase|refused|seal|spark|sparkStyle|table|tableOrder|tableStyle|tile|tiles)|boards\/boardStyle|boards\/pulso\/tables|format\/text|app\/board)\.ts$/;

export default defineConfig({
  root,
  base: './',
  plugins: [flatStyles, flatTemplates],
  build: {
    outDir: `${root}dist`,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: `${root}index.html`,
      output: { codeSplitting: { groups: [{ name: 'parts', test: SHARED }] } },
    },
  },
});
