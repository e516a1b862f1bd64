import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux keeps files in memory; in a container there may be little of it. */
const MEMORY = '/dev/shm';
/** Ten times what a run takes. */
const ROOM = 600_000_000;
const PREFIX = 'alturas-test-';

/**
 * Gives a run of tests a folder for its files, and takes it away with all that is left in it. It lies in memory where
 * there is room: hundreds of small lakes come and go, and of files on a disk they make the kernel work a third longer.
 */
export default function setup(): () => void {
  const place = hasRoom(MEMORY) ? MEMORY : tmpdir();
  for (const other of readdirSync(place))
    if (other.startsWith(PREFIX) && !isAlive(Number(other.slice(PREFIX.length)))) remove(join(place, other));
  const own = join(place, `${PREFIX}${process.pid}`);
  remove(own);
  mkdirSync(own);
  process.env.TMPDIR = own;
  return () => remove(own);
}

function hasRoom(place: string): boolean {
  if (!existsSync(place)) return false;
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize > ROOM;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
