import type { TemplateResult } from 'lit';
import { Refusal } from '../app/api.ts';
import { tell } from '../app/events.ts';
import { trouble } from '../app/trouble.ts';
import type { Words } from '../words/words.ts';

/** Says what became of something that was asked for beside what stands, as a passing word. */
export function sayRefused(from: EventTarget, words: Words, error: unknown): void {
  tell(from, 'alturas-say', {
    text: error instanceof Refusal && error.problem ? error.message : words.status.failed,
  });
}

/**
 * In the place of what was refused.
 * @param what it was, where no heading says so
 */
export function refused(from: EventTarget, words: Words, refusal: Refusal, what?: string): TemplateResult {
  const retry = refusal.isPassing ? () => tell(from, 'alturas-again', null) : null;
  return trouble(words, refusal, retry, what === undefined ? {} : { what });
}
