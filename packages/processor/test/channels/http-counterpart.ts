import { HttpSink, type SinkAnswer } from '@spanguard/testkit';
import type { Counterpart, Reception } from './channel.suite.ts';

const ANSWERS: Readonly<Record<Reception, SinkAnswer>> = {
  accepted: { status: 200, body: 'ok', headers: { 'content-type': 'text/html' } },
  later: { status: 429, headers: { 'retry-after': '1' } },
  paused: { status: 404, body: 'no_service' },
  never: { status: 400, body: 'invalid_payload' },
  hangs: { kind: 'hang' },
};

/** A real server that answers as HTTP does; its options are made of its address. */
export async function httpCounterpart(options: (url: string) => string): Promise<Counterpart> {
  const sink = await HttpSink.listen();
  sink.answerByDefault = ANSWERS.accepted;
  return {
    options: options(sink.url),
    get taken() {
      return sink.requests.map(({ body }) => Buffer.from(body).toString());
    },
    receive: (reception) => {
      sink.answerByDefault = ANSWERS[reception];
    },
    asked: async (count) => void (await sink.received(count)),
    close: () => sink.close(),
  };
}
