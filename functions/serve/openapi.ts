import * as z from 'zod';
import { problem, ROUTES } from './api.ts';

const FILES: readonly string[] = [
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.apache.parquet',
  'application/vnd.apache.arrow.stream',
];

let made: object | undefined;

/** The OpenAPI 3.1 document of all routes, from the schemas that check their requests. */
export function openApi(): object {
  made ??= document();
  return made;
}

function document(): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(ROUTES)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const parameters = [
      ...[...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => ({
        name: parameter,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...('query' in route ? queryParameters(route.query) : []),
    ];
    paths[path] = {
      ...paths[path],
      [route.method]: {
        operationId: name,
        ...(parameters.length === 0 ? {} : { parameters }),
        ...('request' in route
          ? { requestBody: { required: true, content: json(schemaOf(route.request, 'input')) } }
          : {}),
        responses: {
          200: {
            description: 'OK',
            content:
              'response' in route
                ? json(schemaOf(route.response, 'output'))
                : name === 'export'
                  ? Object.fromEntries(
                      FILES.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
                    )
                  : json({ type: 'object' }),
          },
          default: {
            description: 'RFC 9457',
            content: { 'application/problem+json': { schema: schemaOf(problem, 'output') } },
          },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Alturas', version: '1' },
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
}

function json(schema: unknown): object {
  return { 'application/json': { schema } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function queryParameters(schema: z.ZodObject): object[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: 'query',
    required: !(field as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(field as z.ZodType, 'input'),
  }));
}
