/** A service that masks nothing: it sends OTLP/JSON with secrets in many places, as careless services do. */

const CARD = '4111 1111 1111 1111';
const TOKEN =
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTEiLCJzY29wZSI6InBheSJ9.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/** None of these may be found anywhere afterwards. */
export const UNMASKED_SECRETS = [
  CARD,
  TOKEN,
  'hunter2-in-a-log-line',
  'mallory@payments.example',
  'pa55-in-json',
];

/** Sends one span and one log record. Throws where the processor does not take them. */
export async function sendUnmaskedTelemetry() {
  const now = `${BigInt(Date.now()) * 1_000_000n}`;
  const resource = { attributes: [text('service.name', 'payments')] };
  const scope = { name: 'payments' };
  await send('traces', {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            scope,
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                name: 'POST /pay',
                kind: 3,
                startTimeUnixNano: now,
                endTimeUnixNano: now,
                attributes: [
                  text('payment.card', CARD),
                  text('http.request.header.authorization', `Bearer ${TOKEN}`),
                  text(
                    'http.request.body.content',
                    JSON.stringify({ user: { password: 'pa55-in-json' } }),
                  ),
                ],
                status: { code: 2, message: `card ${CARD} was refused` },
              },
            ],
          },
        ],
      },
    ],
  });
  await send('logs', {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            scope,
            logRecords: [
              {
                timeUnixNano: now,
                severityNumber: 9,
                body: {
                  stringValue: 'mallory@payments.example logged in, password=hunter2-in-a-log-line',
                },
              },
            ],
          },
        ],
      },
    ],
  });
}

async function send(signal, request) {
  const answer = await fetch(`http://127.0.0.1:4318/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!answer.ok)
    throw new Error(`the processor answered ${answer.status}: ${await answer.text()}`);
}

function text(key, value) {
  return { key, value: { stringValue: value } };
}
