import { join } from 'node:path';
import { installOnce, runTool } from './tools.ts';

/** The newest Node that Lambda runs functions on (nodejs24.x). */
const VERSION = '24.21.0';

/** Installs that Node with npm, once. @returns the path of the program */
export async function installLambdaNode(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await installOnce(`node-${VERSION}`, async (directory) => {
    const where = ['--prefix', directory, '--no-package-lock', '--no-audit', '--no-fund'];
    await runTool('npm', ['install', ...where, `${name}@${VERSION}`], {
      why: "for the Node of Lambda's runtime",
    });
  });
  return join(folder, 'node_modules', name, 'bin', 'node');
}
