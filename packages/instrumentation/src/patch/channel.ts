/** Subscriptions to Node's diagnostics channels, declared like patches: the engine makes, reports, undoes them. */
import diagnosticsChannel, { type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { guard } from '../guard/guard.ts';

/** One declared subscription. Subscribing twice is subscribing once. */
export interface ChannelSubscription {
  readonly name: string;
  subscribe(): void;
  unsubscribe(): void;
}

type TracingHandlers = Partial<TracingChannelSubscribers<object>>;
type OnMessage = (message: unknown) => void;

const TRACING_EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

/**
 * Declares a subscription to a channel; `onMessage` is guarded, under the channel's name.
 *
 * @example
 * const channels = [channel('fastify.initialization', (message) => observe(message))];
 */
export function channel(name: string, onMessage: OnMessage): ChannelSubscription {
  return subscriptionOf(name, new Map([[name, guarded(name, onMessage)]]));
}

/** Declares a subscription to a tracing channel, some or all of its events. Each handler is guarded. */
export function tracingChannel(name: string, handlers: TracingHandlers): ChannelSubscription {
  const listeners = new Map<string, OnMessage>();
  for (const event of TRACING_EVENTS) {
    const handler = handlers[event];
    if (handler === undefined) continue;
    const full = `tracing:${name}:${event}`;
    listeners.set(full, guarded(full, handler as OnMessage));
  }
  return subscriptionOf(name, listeners);
}

function guarded(name: string, onMessage: OnMessage): OnMessage {
  return guard(`channel.${name}`, onMessage);
}

function subscriptionOf(
  name: string,
  listeners: ReadonlyMap<string, OnMessage>,
): ChannelSubscription {
  let isSubscribed = false;
  return {
    name,
    subscribe: () => {
      if (isSubscribed) return;
      isSubscribed = true;
      for (const [full, listener] of listeners) diagnosticsChannel.subscribe(full, listener);
    },
    unsubscribe: () => {
      if (!isSubscribed) return;
      isSubscribed = false;
      for (const [full, listener] of listeners) diagnosticsChannel.unsubscribe(full, listener);
    },
  };
}
