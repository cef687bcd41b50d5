import * as z from 'zod';
import { type Route, routes } from '../contract/routes.ts';
import { ErrorResponse, RunEvent } from '../contract/run.ts';

/** The OpenAPI 3.1 document of the route table. https://spec.openapis.org/oas/v3.1.1.html */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = operation(name, route);
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Tatara', version, license: { name: 'MIT', identifier: 'MIT' } },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schema(ErrorResponse, 'output') },
    },
  };
}

function operation(operationId: string, route: Route): object {
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query)];
  return {
    operationId,
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(route),
    responses: {
      [String(route.status ?? 200)]: { description: 'Done', content: answerContent(route) },
      default: {
        description: 'An error of the table in docs/errors.md',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function answerContent(route: Route): object {
  const json = { 'application/json': { schema: schema(route.response, 'output') } };
  const events = { 'text/event-stream': { schema: route.stream === 'events' ? schema(RunEvent, 'output') : {} } };
  if (route.stream === 'events') return events;
  return route.stream === 'optional' ? { ...json, ...events } : json;
}

function requestBody(route: Route): object {
  if (route.upload) {
    const content = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
    return { requestBody: { required: true, content } };
  }
  if (!route.body) return {};
  return { requestBody: { required: true, content: { 'application/json': { schema: schema(route.body, 'input') } } } };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (!query) return [];
  return Object.entries(query.shape).map(([name, type]) => ({
    name,
    in: 'query',
    required: !(type as z.ZodType).safeParse(undefined).success,
    schema: schema(type as z.ZodType, 'input'),
  }));
}

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
function schema(type: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return rest;
}
