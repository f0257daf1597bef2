/** Koa and its routers as far as the tests use them; they bring no types of their own. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

export interface Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: { readonly body?: unknown };
  readonly state: Record<string, unknown>;
  readonly path: string;
  readonly method: string;
  body: unknown;
  status: number;
  respond: boolean;
  set(name: string, value: string): void;
  throw(status: number, message: string): never;
}

export type Middleware = (context: Context, next: () => Promise<unknown>) => unknown;

export interface Application {
  proxy: boolean;
  silent: boolean;
  readonly middleware: Middleware[];
  use(middleware: Middleware): this;
  callback(): RequestListener;
}

export type Koa = new (options?: {
  readonly proxy?: boolean;
  readonly proxyIpHeader?: string;
  readonly maxIpsCount?: number;
}) => Application;

export interface Router {
  get(path: string | RegExp, ...middleware: Middleware[]): this;
  post(path: string, ...middleware: Middleware[]): this;
  all(path: string, ...middleware: Middleware[]): this;
  use(...middleware: (string | Middleware)[]): this;
  prefix(path: string): this;
  routes(): Middleware;
  allowedMethods(): Middleware;
  match(path: string, method: string): unknown;
}

export type RouterClass = new (options?: { readonly prefix?: string }) => Router;

export type Mount = (prefix: string, app: Application | Middleware | Middleware[]) => Middleware;

export type BodyParser = () => Middleware;
