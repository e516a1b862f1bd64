import { closeSync, openSync, readSync } from 'node:fs';

/** Machines that Lambda has, by the number that an ELF file names them with (`e_machine`). */
const MACHINES: Readonly<Record<number, Arch>> = { 62: 'x64', 183: 'arm64' };

/** Processor of a function, in the words of Node and npm. */
export type Arch = 'x64' | 'arm64';

/** Which machine a native file is for; null when it is no 64-bit ELF file of a machine that Lambda has. */
export function elfMachine(file: string): Arch | null {
  const header = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, header, 0, header.length, 0);
  } finally {
    closeSync(handle);
  }
  const elf64 = header.subarray(0, 5).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]));
  return elf64 ? (MACHINES[header.readUInt16LE(18)] ?? null) : null;
}
