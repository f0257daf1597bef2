/** Endpoints as a document of OpenAPI 3.1: what was seen, with no value of any request in it. */
import type { Counted, EndpointView } from './endpoint-view.ts';
import { partsOf, renderParts, shapeOf } from './path-shape.ts';

/** Methods that OpenAPI 3.1 has a place for. */
export const OPENAPI_METHODS: readonly string[] = [
  ...['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'],
];

const SCHEMES: Readonly<Record<string, object>> = {
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  session: { type: 'apiKey', in: 'cookie', name: 'session' },
};
const BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

type Operation = Readonly<Record<string, unknown>>;

/** The document. Endpoints whose method OpenAPI does not know are left out. */
export function openApiOf(
  endpoints: readonly EndpointView[],
  { title }: { readonly title: string },
): object {
  const paths = new Map<
    string,
    { readonly path: string; readonly operations: Map<string, Operation> }
  >();
  const schemes = new Map<string, object>();
  for (const endpoint of endpoints) {
    if (!OPENAPI_METHODS.includes(endpoint.method)) continue;
    const parts = partsOf(endpoint.path);
    const shape = shapeOf(parts);
    const item = paths.get(shape) ?? { path: renderParts(parts), operations: new Map() };
    paths.set(shape, item);
    const method = endpoint.method.toLowerCase();
    item.operations.set(
      method,
      merged(item.operations.get(method), operationOf(endpoint, item.path)),
    );
    for (const { name } of endpoint.authentication) {
      const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
      if (scheme !== undefined) schemes.set(name, scheme);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '0.0.0',
      description:
        'Made by Spanguard of the requests that were seen. Names of placeholders may be guesses.',
    },
    paths: Object.fromEntries(
      Array.from(paths.values(), ({ path, operations }) => [path, Object.fromEntries(operations)]),
    ),
    components: { securitySchemes: Object.fromEntries(schemes) },
  };
}

function operationOf(endpoint: EndpointView, path: string): Operation {
  const named = partsOf(path).flatMap((part) => (part.kind === 'parameter' ? [part.name] : []));
  const parameters = [
    ...named.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...endpoint.parameters.map(({ name }) => ({ name, in: 'query', schema: { type: 'string' } })),
  ];
  const statuses = endpoint.statuses
    .map(({ name }) => name)
    .filter((name) => /^[1-5]\d\d$/.test(name));
  const security = securityOf(endpoint.authentication);
  return {
    operationId: `endpoint_${endpoint.number}`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(BODIES.has(endpoint.method) && endpoint.bytesIn > 0
      ? { requestBody: { content: { '*/*': {} } } }
      : {}),
    responses: Object.fromEntries(
      (statuses.length > 0 ? statuses.toSorted() : ['default']).map((status) => [
        status,
        { description: 'Seen' },
      ]),
    ),
    ...(security.length > 0 ? { security } : {}),
    ...(endpoint.findings.some((id) => id.startsWith('deprecated_version-'))
      ? { deprecated: true }
      : {}),
    'x-spanguard': {
      ...{ service: endpoint.service, requests: endpoint.requests },
      ...{ firstSeen: endpoint.firstSeen, lastSeen: endpoint.lastSeen },
      dataIn: endpoint.dataIn.map(({ name }) => name),
      dataOut: endpoint.dataOut.map(({ name }) => name),
    },
  };
}

/** One of them is enough; an empty one stands for requests without credentials. */
function securityOf(authentication: readonly Counted[]): readonly object[] {
  const known = authentication.filter(({ name }) => Object.hasOwn(SCHEMES, name));
  if (known.length === 0) return [];
  const isOptional = authentication.some(({ name }) => name === 'none');
  return [...(isOptional ? [{}] : []), ...known.map(({ name }) => ({ [name]: [] }))];
}

/** The same endpoint of several services, or known in two ways. */
function merged(one: Operation | undefined, other: Operation): Operation {
  if (one === undefined) return other;
  const parameters = [...parametersOf(one), ...parametersOf(other)];
  const unique = new Map(
    parameters.map((each) => [`${String(each['in'])} ${String(each['name'])}`, each]),
  );
  return {
    ...other,
    ...one,
    ...(unique.size > 0 ? { parameters: [...unique.values()] } : {}),
    responses: { ...(other['responses'] as object), ...(one['responses'] as object) },
  };
}

function parametersOf(operation: Operation): readonly Readonly<Record<string, unknown>>[] {
  const { parameters = [] } = operation;
  return parameters as readonly Readonly<Record<string, unknown>>[];
}
