// Runs one server for as long as the process that started it lives. A test worker may be killed without a chance to
// clean up; then its end of our standard input closes, and the server goes with it.
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), 8_000).unref();
}

function signal(name) {
  try {
    process.kill(-server.pid, name);
  } catch {
    // Gone already.
  }
}

server.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(127);
});
server.on('exit', (code, by) => {
  signal('SIGKILL');
  process.exit(code ?? (by === 'SIGTERM' || by === 'SIGKILL' ? 0 : 1));
});
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, stop);
