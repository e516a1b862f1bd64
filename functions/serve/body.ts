import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { AlturasError } from '../core/errors.ts';

/** Bytes that a request may bring. */
export const LARGEST_BODY = 1024 * 1024;

/** Refuses what announces itself as too large, before anything of it is read. @throws AlturasError `BODY_TOO_LARGE` */
export function refuseLargeBody(context: Context): void {
  if (Number(context.req.header('content-length') ?? 0) > LARGEST_BODY) throw tooLarge();
}

/**
 * The JSON that a request brings.
 * @throws AlturasError `BAD_REQUEST` where it is none, `BODY_TOO_LARGE`
 */
export async function jsonBody(context: Context): Promise<unknown> {
  // A form of another page cannot send this type without asking first.
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
    throw notJson('content-type: application/json');
  const text = await textOf(context);
  try {
    return JSON.parse(text);
  } catch {
    throw notJson('not JSON');
  }
}

/**
 * On Node the bytes come from the socket's own stream: as a web stream they would cost a small request more than all
 * the rest of its answer does.
 */
async function textOf(context: Context): Promise<string> {
  const incoming = (context.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const source: AsyncIterable<Uint8Array> | null =
    incoming ?? (context.req.raw.body as unknown as AsyncIterable<Uint8Array> | null);
  if (source === null) return '';
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

function tooLarge(): AlturasError {
  return new AlturasError('usage', 'BODY_TOO_LARGE', 'The request is too large.', { expected: '1 MB' });
}

function notJson(cause: string): AlturasError {
  return new AlturasError('usage', 'BAD_REQUEST', 'The request is not JSON.', { causes: [cause] });
}
