/** What a connection speaks that a server for HTTP/1.1 cannot read, told by its first bytes. */

/** Kinds of bytes, as counters name them. */
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

/** What somebody who finds it in the log can do. */
export const REMEDIES: Readonly<Record<ForeignProtocol, string>> = {
  tls: 'a client speaks TLS to a port that is plain HTTP: give it an http:// endpoint, or put TLS in front',
  http2:
    'a client speaks gRPC or HTTP/2 to a port of HTTP/1.1: set its protocol to http/protobuf (OTEL_EXPORTER_OTLP_PROTOCOL) and its endpoint to this port',
  not_http: 'a client sends what is not HTTP/1.1 to a port of HTTP: check what it is pointed at',
};
