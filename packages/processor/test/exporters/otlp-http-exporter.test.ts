import { HttpSink, type SinkAnswer } from '@spanguard/testkit';
import { type Reception, testExporter } from './exporter.suite.ts';

const TOKEN = 'hunter2-token';
const ANSWERS: Readonly<Record<Reception, SinkAnswer>> = {
  accepted: { status: 200, headers: { 'content-type': 'application/x-protobuf' } },
  later: { status: 503, body: TOKEN },
  paused: { status: 401, body: TOKEN },
};

testExporter({
  type: 'otlp_http',
  receptions: ['accepted', 'later', 'paused'],
  secrets: [TOKEN],
  open: async () => {
    const sink = await HttpSink.listen();
    let reception: Reception = 'accepted';
    let refused = 0;
    Object.defineProperty(sink, 'answerByDefault', {
      get: () => {
        if (reception !== 'accepted') refused = sink.requests.length;
        return ANSWERS[reception];
      },
    });
    return {
      options: `{ endpoint: "${sink.url}", compression: none, headers: { authorization: "Bearer ${TOKEN}" } }`,
      isTouched: () => sink.requests.length > 0,
      taken: (signal) =>
        sink.requests
          .slice(refused)
          .filter(({ path }) => path === `/v1/${signal}`)
          .map(({ body }) => body),
      receive: (how) => {
        reception = how;
      },
      close: () => sink.close(),
    };
  },
});
