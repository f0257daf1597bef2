/** What a connection speaks that its listener cannot read, told by its first bytes. */

/** Kinds of bytes that are no HTTP/1.1, as counters name them. */
export type ForeignProtocol = 'tls' | 'http2' | 'not_http';

const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 3;
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Which protocol the bytes begin, as far as they came. */
export function foreignProtocol(bytes: Uint8Array): ForeignProtocol {
  if (bytes[0] === TLS_HANDSHAKE && bytes[1] === TLS_MAJOR_VERSION) return 'tls';
  const head = bytes.subarray(0, HTTP2_PREFACE.length);
  return HTTP2_PREFACE.equals(head) ? 'http2' : 'not_http';
}

/** Whether the bytes, as far as they came, begin a request of HTTP/1. */
export function isHttp1(bytes: Uint8Array): boolean {
  return /^[A-Z]{1,16}(?: |$)/.test(Buffer.from(bytes.subarray(0, 17)).toString('latin1'));
}

/** What somebody who finds it in the log of a port of HTTP/1.1 can do. */
export const HTTP_REMEDIES: Readonly<Record<ForeignProtocol, string>> = {
  tls: 'a client speaks TLS to a port that is plain HTTP: give it an http:// endpoint, or put TLS in front',
  http2:
    'a client speaks gRPC or HTTP/2 to a port of HTTP/1.1: give it the endpoint of receivers.otlp_grpc (port 4317), or set its protocol to http/protobuf (OTEL_EXPORTER_OTLP_PROTOCOL)',
  not_http: 'a client sends what is not HTTP/1.1 to a port of HTTP: check what it is pointed at',
};

/** What somebody who finds it in the log of a port of gRPC can do. */
export const GRPC_REMEDIES = {
  tls: 'a client speaks TLS to a port that is plain gRPC: give it an http:// endpoint (OTEL_EXPORTER_OTLP_INSECURE=true), or put TLS in front',
  http1:
    'a client speaks HTTP/1.1 to a port of gRPC: give it the endpoint of receivers.otlp_http (port 4318), or set its protocol to grpc (OTEL_EXPORTER_OTLP_PROTOCOL)',
  not_http: 'a client sends what is not HTTP/2 to a port of gRPC: check what it is pointed at',
} as const satisfies Readonly<Record<string, string>>;
