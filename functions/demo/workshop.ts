import { parentPort, workerData } from 'node:worker_threads';
import { writeDemo } from './demo.ts';
import type { FromWorkshop, ToWorkshop } from './production.ts';

const { directory, options } = workerData as ToWorkshop;
const tell = (message: FromWorkshop): void => parentPort?.postMessage(message);
const summary = await writeDemo(directory, { ...options, onDelivery: (folder) => tell({ folder }) });
tell({ summary });
