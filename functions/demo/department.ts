import type { FeedFile } from './deliveryFiles.ts';
import type { Day } from './timeline.ts';

/** A part of the insurer that works every day and has files of its own to send. */
export interface Department {
  /** After the day's movements are recorded. */
  live(day: Day): void;
  /** What it has to send with today's delivery; afterwards nothing waits. Files without rows are left out. */
  takeFiles(day: Day, first: boolean): FeedFile[];
}
