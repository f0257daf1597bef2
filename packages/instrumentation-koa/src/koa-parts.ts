/** Finds the part of Koa that it does not export: what every context inherits from. */
import { isObject } from '@spanguard/verdict';

/** The prototype of all contexts of all applications. An application, which binds nothing yet, leads to it. */
export function contextPrototypeOf(koa: object): object | undefined {
  if (typeof koa !== 'function') return undefined;
  const application: unknown = Reflect.construct(koa, []);
  const context: unknown = isObject(application) ? Reflect.get(application, 'context') : undefined;
  return isObject(context) ? (Reflect.getPrototypeOf(context) ?? undefined) : undefined;
}
