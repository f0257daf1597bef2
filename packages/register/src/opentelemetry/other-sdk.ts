/** Whether somebody else has set OpenTelemetry up in this process. */

/** Where `@opentelemetry/api` 1.x keeps what is registered, whichever copy of it did so. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** A tracer provider is registered globally: a second one would be refused. */
export function isOtherSdkStarted(): boolean {
  const registered: unknown = Reflect.get(globalThis, REGISTERED);
  return (
    typeof registered === 'object' &&
    registered !== null &&
    Reflect.get(registered, 'trace') !== undefined
  );
}
