/**
 * Hears of a signal without being a listener: shutdown libraries count listeners, and act only when they
 * are alone.
 */

/** What hearing needs of the process; `node:process` fits. */
export interface HearableProcess {
  emit(event: string, ...details: unknown[]): boolean;
  listenerCount(event: string): number;
  listeners(event: string): unknown[];
  rawListeners(event: string): unknown[];
  on(event: string, listener: (...details: never[]) => void): unknown;
  removeAllListeners(event: string): unknown;
}

/** Told of each signal. `true` keeps hearing; `false` gives the signal its default effect from now on. */
export type Hearer = (heard: { readonly applicationListens: boolean }) => boolean;

type ListenToSignal = (signal: string) => void;

/**
 * Calls `hear` for each `signal`, before the application's listeners, which are called as ever. Node makes a
 * handle for a signal when its first listener comes and closes it with the last; the handle calls what
 * `process.emit` was when it was made. So the handle is made here, without a listener, and again whenever
 * the application's last listener has gone. Returns false where this Node has no such functions: then
 * nothing is heard.
 */
export function hearSignal(process: HearableProcess, signal: string, hear: Hearer): boolean {
  const open = named(process, 'newListener', 'startListeningIfSignal');
  const close = named(process, 'removeListener', 'stopListeningIfSignal');
  if (open === undefined || close === undefined) return false;

  let isHearing = true;
  const heard = (event: string, ...details: unknown[]): boolean => {
    const applicationListens = process.listenerCount(signal) > 0;
    isHearing = hear({ applicationListens });
    if (!isHearing) close(signal);
    return process.emit(event, ...details);
  };
  const listen = (): void => withEmit(process, heard, () => open(signal));

  // Listeners that are there already have a handle, which must be made anew.
  const present = process.rawListeners(signal) as (() => void)[];
  process.removeAllListeners(signal);
  listen();
  for (const listener of present) process.on(signal, listener);
  process.on('removeListener', (event: string) => {
    if (event === signal && isHearing && process.listenerCount(signal) === 0) listen();
  });
  return true;
}

function named(process: HearableProcess, event: string, name: string): ListenToSignal | undefined {
  return process
    .listeners(event)
    .find((each): each is ListenToSignal => typeof each === 'function' && each.name === name);
}

function withEmit(process: HearableProcess, emit: HearableProcess['emit'], run: () => void): void {
  const before = Object.getOwnPropertyDescriptor(process, 'emit');
  Object.defineProperty(process, 'emit', { value: emit, configurable: true, writable: true });
  try {
    run();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process, 'emit');
    else Object.defineProperty(process, 'emit', before);
  }
}
