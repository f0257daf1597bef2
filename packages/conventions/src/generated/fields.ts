// Generated from packages/conventions/model.yaml by `npm run generate`. Do not edit.

/** What a field holds; `entity` is a text that stands for someone or something, counted by its fingerprint. */
export type FactFieldKind = 'text' | 'texts' | 'number' | 'flag' | 'entity' | 'entities';

/** One field of the catalogue. */
export interface FactField {
  readonly name: string;
  /** Its own in every journal ever written. */
  readonly number: number;
  readonly kind: FactFieldKind;
  /** Attributes it is copied of, by precedence; none where it is derived or said by the record itself. */
  readonly wire: readonly string[];
}

/** Every field a row of facts may have and a rule may ask for. */
export const FACT_FIELDS = [
  { name: 'event', number: 1, kind: 'text', wire: [] },
  { name: 'timestamp', number: 2, kind: 'number', wire: [] },
  { name: 'duration_ms', number: 3, kind: 'number', wire: [] },
  { name: 'weight', number: 4, kind: 'number', wire: [] },
  { name: 'service.name', number: 5, kind: 'text', wire: ['service.name'] },
  { name: 'server.address', number: 6, kind: 'text', wire: [] },
  { name: 'url.scheme', number: 7, kind: 'text', wire: ['url.scheme', 'http.scheme'] },
  { name: 'http.request.method', number: 8, kind: 'text', wire: ['http.request.method', 'http.method'] },
  { name: 'http.route', number: 9, kind: 'text', wire: ['http.route'] },
  { name: 'url.path', number: 10, kind: 'text', wire: [] },
  { name: 'url.query', number: 11, kind: 'text', wire: [] },
  { name: 'user_agent.original', number: 12, kind: 'text', wire: ['user_agent.original', 'http.user_agent', 'http.request.header.user-agent', 'http.request.header.user_agent'] },
  { name: 'http.response.status_code', number: 13, kind: 'number', wire: ['http.response.status_code', 'http.status_code'] },
  { name: 'http.request.body.size', number: 14, kind: 'number', wire: ['http.request.body.size', 'http.request_content_length', 'http.request.header.content-length'] },
  { name: 'http.response.body.size', number: 15, kind: 'number', wire: ['http.response.body.size', 'http.response_content_length', 'http.response.header.content-length'] },
  { name: 'error.type', number: 16, kind: 'text', wire: ['error.type'] },
  { name: 'tls.protocol.version', number: 17, kind: 'text', wire: ['tls.protocol.version'] },
  { name: 'tls.established', number: 18, kind: 'flag', wire: [] },
  { name: 'client.address', number: 19, kind: 'entity', wire: [] },
  { name: 'client.prefix', number: 20, kind: 'entity', wire: [] },
  { name: 'network.peer.address', number: 21, kind: 'entity', wire: [] },
  { name: 'security.client.address.source', number: 22, kind: 'text', wire: [] },
  { name: 'security.client.spoof_suspected', number: 23, kind: 'flag', wire: ['security.client.spoof_suspected'] },
  { name: 'user.id', number: 24, kind: 'entity', wire: [] },
  { name: 'user.hash', number: 25, kind: 'entity', wire: ['user.hash'] },
  { name: 'user.roles', number: 26, kind: 'texts', wire: ['user.roles', 'enduser.role'] },
  { name: 'session.id', number: 27, kind: 'entity', wire: ['session.id'] },
  { name: 'security.api_key.id', number: 28, kind: 'entity', wire: ['security.api_key.id'] },
  { name: 'security.tenant.id', number: 29, kind: 'entity', wire: ['security.tenant.id', 'tenant.id'] },
  { name: 'security.object.id', number: 30, kind: 'entities', wire: [] },
  { name: 'security.authn.outcome', number: 31, kind: 'text', wire: ['security.authn.outcome'] },
  { name: 'security.authn.method', number: 32, kind: 'text', wire: ['security.authn.method'] },
  { name: 'security.authn.reason', number: 33, kind: 'text', wire: ['security.authn.reason'] },
  { name: 'security.authn.confidence', number: 34, kind: 'text', wire: ['security.authn.confidence'] },
  { name: 'security.authz.outcome', number: 35, kind: 'text', wire: ['security.authz.outcome'] },
  { name: 'security.authz.resource', number: 36, kind: 'text', wire: ['security.authz.resource'] },
  { name: 'security.authz.action', number: 37, kind: 'text', wire: ['security.authz.action'] },
  { name: 'security.authz.reason', number: 38, kind: 'text', wire: ['security.authz.reason'] },
  { name: 'security.indicator.kind', number: 39, kind: 'text', wire: ['security.indicator.kind'] },
  { name: 'security.indicator.place', number: 40, kind: 'text', wire: ['security.indicator.place'] },
  { name: 'security.indicator.parameter', number: 41, kind: 'text', wire: ['security.indicator.parameter'] },
  { name: 'security.indicator.confidence', number: 42, kind: 'text', wire: ['security.indicator.confidence'] },
  { name: 'security.indicator.rule', number: 43, kind: 'text', wire: ['security.indicator.rule'] },
  { name: 'security.event.names', number: 44, kind: 'texts', wire: ['security.event.names'] },
  { name: 'security.credentials.seen', number: 45, kind: 'flag', wire: [] },
  { name: 'security.response.hsts', number: 46, kind: 'flag', wire: [] },
  { name: 'security.response.cors_any', number: 47, kind: 'flag', wire: [] },
  { name: 'security.data.request', number: 48, kind: 'texts', wire: [] },
  { name: 'security.data.response', number: 49, kind: 'texts', wire: [] },
  { name: 'security.data.telemetry', number: 50, kind: 'texts', wire: [] },
  { name: 'rpc.system', number: 51, kind: 'text', wire: ['rpc.system', 'rpc.system.name'] },
  { name: 'rpc.method', number: 52, kind: 'text', wire: ['rpc.method'] },
  { name: 'db.system.name', number: 53, kind: 'text', wire: ['db.system.name', 'db.system'] },
  { name: 'db.operation.name', number: 54, kind: 'text', wire: ['db.operation.name', 'db.operation'] },
  { name: 'messaging.system', number: 55, kind: 'text', wire: ['messaging.system'] },
  { name: 'security.posture', number: 56, kind: 'texts', wire: ['security.posture'] },
] as const;

/** Name of a field. */
export type FactFieldName = (typeof FACT_FIELDS)[number]['name'];

/** Every attribute that facts are made of, with the names it is read by, in order of precedence. */
export const FACT_ATTRIBUTES = [
  { name: 'service.name', wire: ['service.name'] },
  { name: 'server.address', wire: ['server.address', 'http.host', 'http.server_name', 'net.host.name'] },
  { name: 'url.scheme', wire: ['url.scheme', 'http.scheme'] },
  { name: 'http.request.method', wire: ['http.request.method', 'http.method'] },
  { name: 'http.route', wire: ['http.route'] },
  { name: 'url.original', wire: ['url.original', 'http.target'] },
  { name: 'url.path', wire: ['url.path'] },
  { name: 'url.full', wire: ['url.full', 'http.url'] },
  { name: 'url.query', wire: ['url.query'] },
  { name: 'user_agent.original', wire: ['user_agent.original', 'http.user_agent', 'http.request.header.user-agent', 'http.request.header.user_agent'] },
  { name: 'http.response.status_code', wire: ['http.response.status_code', 'http.status_code'] },
  { name: 'http.request.body.size', wire: ['http.request.body.size', 'http.request_content_length', 'http.request.header.content-length'] },
  { name: 'http.response.body.size', wire: ['http.response.body.size', 'http.response_content_length', 'http.response.header.content-length'] },
  { name: 'error.type', wire: ['error.type'] },
  { name: 'tls.protocol.version', wire: ['tls.protocol.version'] },
  { name: 'client.address', wire: ['client.address', 'http.client_ip'] },
  { name: 'network.peer.address', wire: ['network.peer.address', 'net.sock.peer.addr', 'net.peer.ip'] },
  { name: 'security.client.address.source', wire: ['security.client.address.source'] },
  { name: 'client.prefix', wire: ['client.prefix'] },
  { name: 'security.client.spoof_suspected', wire: ['security.client.spoof_suspected'] },
  { name: 'user.id', wire: ['user.id', 'enduser.id'] },
  { name: 'user.hash', wire: ['user.hash'] },
  { name: 'user.roles', wire: ['user.roles', 'enduser.role'] },
  { name: 'session.id', wire: ['session.id'] },
  { name: 'security.api_key.id', wire: ['security.api_key.id'] },
  { name: 'security.tenant.id', wire: ['security.tenant.id', 'tenant.id'] },
  { name: 'security.authn.outcome', wire: ['security.authn.outcome'] },
  { name: 'security.authn.method', wire: ['security.authn.method'] },
  { name: 'security.authn.reason', wire: ['security.authn.reason'] },
  { name: 'security.authn.confidence', wire: ['security.authn.confidence'] },
  { name: 'security.authz.outcome', wire: ['security.authz.outcome'] },
  { name: 'security.authz.resource', wire: ['security.authz.resource'] },
  { name: 'security.authz.action', wire: ['security.authz.action'] },
  { name: 'security.authz.reason', wire: ['security.authz.reason'] },
  { name: 'security.indicator.kind', wire: ['security.indicator.kind'] },
  { name: 'security.indicator.place', wire: ['security.indicator.place'] },
  { name: 'http.request.body.content', wire: ['http.request.body.content'] },
  { name: 'http.request.header.accept-language', wire: ['http.request.header.accept-language', 'http.request.header.accept_language'] },
  { name: 'http.request.header.authorization', wire: ['http.request.header.authorization'] },
  { name: 'http.request.header.content-type', wire: ['http.request.header.content-type', 'http.request.header.content_type'] },
  { name: 'http.request.header.cookie', wire: ['http.request.header.cookie'] },
  { name: 'http.request.header.origin', wire: ['http.request.header.origin'] },
  { name: 'http.request.header.referer', wire: ['http.request.header.referer'] },
  { name: 'http.request.header.x-api-key', wire: ['http.request.header.x-api-key', 'http.request.header.x_api_key'] },
  { name: 'http.request.header.x-forwarded-for', wire: ['http.request.header.x-forwarded-for', 'http.request.header.x_forwarded_for'] },
  { name: 'http.request.header.x-forwarded-host', wire: ['http.request.header.x-forwarded-host', 'http.request.header.x_forwarded_host'] },
  { name: 'http.request.header.x-http-method-override', wire: ['http.request.header.x-http-method-override', 'http.request.header.x_http_method_override'] },
  { name: 'http.request.header.x-original-url', wire: ['http.request.header.x-original-url', 'http.request.header.x_original_url'] },
  { name: 'http.request.header.x-rewrite-url', wire: ['http.request.header.x-rewrite-url', 'http.request.header.x_rewrite_url'] },
  { name: 'security.indicator.parameter', wire: ['security.indicator.parameter'] },
  { name: 'security.indicator.confidence', wire: ['security.indicator.confidence'] },
  { name: 'security.indicator.rule', wire: ['security.indicator.rule'] },
  { name: 'security.event.names', wire: ['security.event.names'] },
  { name: 'http.response.header.strict-transport-security', wire: ['http.response.header.strict-transport-security', 'http.response.header.strict_transport_security'] },
  { name: 'http.response.header.access-control-allow-origin', wire: ['http.response.header.access-control-allow-origin', 'http.response.header.access_control_allow_origin'] },
  { name: 'rpc.system', wire: ['rpc.system', 'rpc.system.name'] },
  { name: 'rpc.method', wire: ['rpc.method'] },
  { name: 'db.system.name', wire: ['db.system.name', 'db.system'] },
  { name: 'db.operation.name', wire: ['db.operation.name', 'db.operation'] },
  { name: 'messaging.system', wire: ['messaging.system'] },
  { name: 'security.posture', wire: ['security.posture'] },
] as const;

/** Name of an attribute that facts are made of. */
export type FactAttributeName = (typeof FACT_ATTRIBUTES)[number]['name'];

/** What the row tells: `request` for each server span, or the name of a security event, which stands in a row of its own beside the request of its span. */
export const FIELD_EVENT = 'event' as const;
/** When it ended, ms since the epoch. The modifiers `hour`, `day`, `week`, `month` and `year` take it as UTC. */
export const FIELD_TIMESTAMP = 'timestamp' as const;
/** How long the span took, in ms. */
export const FIELD_DURATION_MS = 'duration_ms' as const;
/** How many requests this one stands for, as its tracestate tells of sampling (`ot=th:..`): counts add it up. 1 where nothing is told, at most 10,000. */
export const FIELD_WEIGHT = 'weight' as const;
/** Whether the request came over TLS: `true` for the scheme https or where a version of TLS is told, `false` for the scheme http. */
export const FIELD_TLS_ESTABLISHED = 'tls.established' as const;
/** The objects a request is about: what the path has where its route has a placeholder (`:id`, `{id}`, `<int:id>`, `[id]`). Counted together with the segment before: `/orders/42` and `/users/42` are two. */
export const FIELD_SECURITY_OBJECT_ID = 'security.object.id' as const;
/** `true` where the request came with credentials: an Authorization or Cookie header was captured, authentication succeeded or failed, or a user or an API key is known. */
export const FIELD_SECURITY_CREDENTIALS_SEEN = 'security.credentials.seen' as const;
/** Whether the answer tells browsers to use TLS only; absent where the header was not captured. */
export const FIELD_SECURITY_RESPONSE_HSTS = 'security.response.hsts' as const;
/** Whether any origin may read the answer (`*`); absent where the header was not captured. */
export const FIELD_SECURITY_RESPONSE_CORS_ANY = 'security.response.cors_any' as const;
/** Kinds of sensitive data that redaction found on the request side (`http.request.*`, `url.*`): `email`, `pan`, `token`, ... */
export const FIELD_SECURITY_DATA_REQUEST = 'security.data.request' as const;
/** Kinds of sensitive data that redaction found on the response side (`http.response.*`). */
export const FIELD_SECURITY_DATA_RESPONSE = 'security.data.response' as const;
/** Kinds of sensitive data that redaction found elsewhere in the record: names, bodies, events, other attributes. */
export const FIELD_SECURITY_DATA_TELEMETRY = 'security.data.telemetry' as const;
