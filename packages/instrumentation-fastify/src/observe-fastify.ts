/** What is seen as Fastify handles a request, by hooks that run before those of the application. */
import {
  type FrameworkView,
  type RequestSecurity,
  clientByHops,
  findSessionUser,
  findUser,
  guard,
  holdAnswer,
  holdBody,
  securityOf,
} from '@spanguard/instrumentation';
import { isObject, ownValue } from '@spanguard/verdict';
import { refusalIn } from './refusal-in.ts';

type Done = (error: null, payload?: unknown) => void;
type AddHook = (name: string, hook: unknown) => unknown;

const SUPPORTED = /^[45]\./u;

/** Takes the message of `fastify.initialization`: an instance that has no hook yet. */
export function observeInstance(message: unknown): void {
  const instance: unknown = isObject(message) ? Reflect.get(message, 'fastify') : undefined;
  if (!isObject(instance) || !SUPPORTED.test(String(Reflect.get(instance, 'version')))) return;
  const addHook: unknown = Reflect.get(instance, 'addHook');
  if (!isAddHook(addHook)) return;
  // Plugins inherit the hooks of the instance they are in, and so do its answers to unknown paths.
  for (const [name, hook] of HOOKS) Reflect.apply(addHook, instance, [name, hook]);
}

// With callbacks: a hook that returned a promise would delay every request by a turn.
const HOOKS = new Map<string, unknown>([
  [
    'onRequest',
    function onRequest(request: unknown, _reply: unknown, done: Done): void {
      takeRequest(request);
      done(null);
    },
  ],
  [
    'preSerialization',
    function preSerialization(request: unknown, _reply: unknown, payload: unknown, done: Done) {
      holdPayload(request, payload);
      done(null, payload);
    },
  ],
  [
    'onSend',
    function onSend(request: unknown, _reply: unknown, payload: unknown, done: Done): void {
      if (typeof payload === 'string') holdPayload(request, payload);
      done(null, payload);
    },
  ],
  [
    'onError',
    function onError(request: unknown, _reply: unknown, error: unknown, done: Done): void {
      takeError(request, error);
      done(null);
    },
  ],
]);

const FASTIFY: FrameworkView = { name: 'fastify', learn: guard('fastify.learn', learn) };

const takeRequest = guard('fastify.request', (request: unknown) => {
  const record = recordOf(request);
  if (record === undefined || !isObject(request)) return;
  const isOutermost = record.takenBy(FASTIFY, request);
  const route = routeOf(request);
  if (route !== undefined) record.setRoute(record.mountPath + route);
  if (!isOutermost) return;
  // Fastify has `ips` only where the application set `trustProxy`: the socket, then the hops it believes.
  const ips: unknown = Reflect.get(request, 'ips');
  if (Array.isArray(ips)) record.setClient(clientByHops(record, ips.length - 1));
});

const holdPayload = guard('fastify.payload', (request: unknown, payload: unknown) => {
  const record = recordOf(request);
  if (record !== undefined) holdAnswer(record, payload);
});

const takeError = guard('fastify.error', (request: unknown, error: unknown) => {
  const record = recordOf(request);
  if (record !== undefined) record.refusedInput ??= refusalIn(error);
});

function learn(record: RequestSecurity, request: object): void {
  holdBody(record, ownValue(request, 'body'));
  // Where routes ask for it, the schema's verdict waits for the handler on the request.
  record.refusedInput ??= refusalIn(ownValue(request, 'validationError'));
  findUser(record, request);
  findSessionUser(record, ownValue(request, 'session'));
}

function routeOf(request: object): string | undefined {
  const options: unknown = Reflect.get(request, 'routeOptions');
  // Before 4.10 the route stands on the request itself.
  const url: unknown = isObject(options)
    ? Reflect.get(options, 'url')
    : Reflect.get(request, 'routerPath');
  return typeof url === 'string' ? url : undefined;
}

function recordOf(request: unknown): RequestSecurity | undefined {
  const raw: unknown = isObject(request) ? Reflect.get(request, 'raw') : undefined;
  return isObject(raw) ? securityOf(raw) : undefined;
}

function isAddHook(value: unknown): value is AddHook {
  return typeof value === 'function';
}
