import type * as z from 'zod';
import { clientQuery, clientResponse, clientsQuery, clientsResponse } from './shapes/clients.ts';
import { exportRequest, type proofBody, proofRequest, proofResponse } from './shapes/files.ts';
import { catalogueResponse, daysResponse, membersResponse, sessionResponse } from './shapes/lookups.ts';
import {
  type answer,
  type answerRow,
  askRequest,
  askResponse,
  type cell,
  changeRequest,
  changeResponse,
  type problem,
  type question,
  receiptsRequest,
  receiptsResponse,
} from './shapes/questions.ts';
import {
  healthResponse,
  peersRequest,
  peersResponse,
  refusedQuery,
  refusedResponse,
} from './shapes/trust.ts';
import type { filter } from './shapes/words.ts';

/**
 * Every request and response of the server: the OpenAPI document and the browser's types come from here. Money and
 * counts are decimal strings, ratios are numbers as fractions (0.314 is 31.4 %), days are `YYYY-MM-DD`, moments are
 * local `YYYY-MM-DD HH:MM:SS.mmm`. Paths are in `ROUTES`.
 */

export * from './shapes/clients.ts';
export * from './shapes/files.ts';
export * from './shapes/lookups.ts';
export * from './shapes/questions.ts';
export * from './shapes/trust.ts';
export * from './shapes/words.ts';

/** Method, path and schemas of every endpoint. */
export const ROUTES = {
  session: { method: 'get', path: '/api/session', response: sessionResponse },
  catalogue: { method: 'get', path: '/api/catalogue', response: catalogueResponse },
  members: { method: 'get', path: '/api/members', response: membersResponse },
  days: { method: 'get', path: '/api/days', response: daysResponse },
  ask: { method: 'post', path: '/api/ask', request: askRequest, response: askResponse },
  change: { method: 'post', path: '/api/change', request: changeRequest, response: changeResponse },
  receipts: { method: 'post', path: '/api/receipts', request: receiptsRequest, response: receiptsResponse },
  clients: { method: 'get', path: '/api/clients', query: clientsQuery, response: clientsResponse },
  client: { method: 'get', path: '/api/clients/:id', query: clientQuery, response: clientResponse },
  peers: { method: 'post', path: '/api/peers', request: peersRequest, response: peersResponse },
  health: { method: 'get', path: '/api/health', response: healthResponse },
  refused: { method: 'get', path: '/api/refused', query: refusedQuery, response: refusedResponse },
  export: { method: 'post', path: '/api/export', request: exportRequest },
  proof: { method: 'post', path: '/api/proof', request: proofRequest, response: proofResponse },
  openapi: { method: 'get', path: '/api/openapi.json' },
} as const;

export type Filter = z.output<typeof filter>;
export type Session = z.output<typeof sessionResponse>;
export type Catalogue = z.output<typeof catalogueResponse>;
export type Members = z.output<typeof membersResponse>;
export type Days = z.output<typeof daysResponse>;
/** As a caller writes it: what has a default may be left out. */
export type QuestionInput = z.input<typeof question>;
export type AskQuestion = z.output<typeof question>;
export type AskRequest = z.input<typeof askRequest>;
export type AskResponse = z.output<typeof askResponse>;
export type AskAnswer = z.output<typeof answer>;
export type AskRow = z.output<typeof answerRow>;
export type Cell = z.output<typeof cell>;
export type ChangeRequest = z.input<typeof changeRequest>;
export type ChangeResponse = z.output<typeof changeResponse>;
export type ReceiptsRequest = z.input<typeof receiptsRequest>;
export type ReceiptsResponse = z.output<typeof receiptsResponse>;
export type ClientsResponse = z.output<typeof clientsResponse>;
export type ClientResponse = z.output<typeof clientResponse>;
export type PeersRequest = z.input<typeof peersRequest>;
export type PeersResponse = z.output<typeof peersResponse>;
export type HealthResponse = z.output<typeof healthResponse>;
export type RefusedResponse = z.output<typeof refusedResponse>;
export type ExportRequest = z.input<typeof exportRequest>;
export type ProofRequest = z.input<typeof proofRequest>;
export type ProofBody = z.output<typeof proofBody>;
export type ProofResponse = z.output<typeof proofResponse>;
export type Problem = z.output<typeof problem>;
