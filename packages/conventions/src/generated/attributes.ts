// Generated from packages/conventions/model.yaml by `npm run generate`. Do not edit.

/** Address of the client, resolved through trusted hops only. */
export const ATTR_CLIENT_ADDRESS = 'client.address' as const;

/** The network the client is counted by: the IPv4 address as /32, an IPv6 address as its /64. */
export const ATTR_CLIENT_PREFIX = 'client.prefix' as const;

/** Name of the operation on the database. */
export const ATTR_DB_OPERATION_NAME = 'db.operation.name' as const;

/** The database management system. */
export const ATTR_DB_SYSTEM_NAME = 'db.system.name' as const;

/** What kind of error ended the operation. */
export const ATTR_ERROR_TYPE = 'error.type' as const;

/** Masked request payload, captured on a signal only, cut on a character boundary. */
export const ATTR_HTTP_REQUEST_BODY_CONTENT = 'http.request.body.content' as const;

/** Size of the request payload in bytes. */
export const ATTR_HTTP_REQUEST_BODY_SIZE = 'http.request.body.size' as const;

/** The header accept-language, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_ACCEPT_LANGUAGE = 'http.request.header.accept-language' as const;

/** The Authorization header, where an SDK was told to capture it. Only that it is there is kept. */
export const ATTR_HTTP_REQUEST_HEADER_AUTHORIZATION = 'http.request.header.authorization' as const;

/** The header content-type, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_CONTENT_TYPE = 'http.request.header.content-type' as const;

/** The Cookie header, where an SDK was told to capture it. Only that it is there is kept, and signs of attack in it. */
export const ATTR_HTTP_REQUEST_HEADER_COOKIE = 'http.request.header.cookie' as const;

/** The header origin, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_ORIGIN = 'http.request.header.origin' as const;

/** The header referer, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_REFERER = 'http.request.header.referer' as const;

/** The header x-api-key, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_API_KEY = 'http.request.header.x-api-key' as const;

/** The header x-forwarded-for, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_FORWARDED_FOR = 'http.request.header.x-forwarded-for' as const;

/** The header x-forwarded-host, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_FORWARDED_HOST = 'http.request.header.x-forwarded-host' as const;

/** The header x-http-method-override, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_HTTP_METHOD_OVERRIDE = 'http.request.header.x-http-method-override' as const;

/** The header x-original-url, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_ORIGINAL_URL = 'http.request.header.x-original-url' as const;

/** The header x-rewrite-url, where an SDK was told to capture it. It is looked through for signs of attack, nothing of it is kept. */
export const ATTR_HTTP_REQUEST_HEADER_X_REWRITE_URL = 'http.request.header.x-rewrite-url' as const;

/** HTTP request method. */
export const ATTR_HTTP_REQUEST_METHOD = 'http.request.method' as const;

/** Masked response payload, captured on a signal only, cut on a character boundary. */
export const ATTR_HTTP_RESPONSE_BODY_CONTENT = 'http.response.body.content' as const;

/** Size of the response payload in bytes. */
export const ATTR_HTTP_RESPONSE_BODY_SIZE = 'http.response.body.size' as const;

/** Which origins may read the answer, where an SDK was told to capture it. */
export const ATTR_HTTP_RESPONSE_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN = 'http.response.header.access-control-allow-origin' as const;

/** How long browsers are to use TLS only, where an SDK was told to capture it. */
export const ATTR_HTTP_RESPONSE_HEADER_STRICT_TRANSPORT_SECURITY = 'http.response.header.strict-transport-security' as const;

/** HTTP response status code. */
export const ATTR_HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code' as const;

/** The matched route: low cardinality, with placeholders. */
export const ATTR_HTTP_ROUTE = 'http.route' as const;

/** The messaging system. */
export const ATTR_MESSAGING_SYSTEM = 'messaging.system' as const;

/** Peer address of the socket, whoever the client claims to be. */
export const ATTR_NETWORK_PEER_ADDRESS = 'network.peer.address' as const;

/** Name of the remote procedure. */
export const ATTR_RPC_METHOD = 'rpc.method' as const;

/** The remote procedure call system. */
export const ATTR_RPC_SYSTEM = 'rpc.system' as const;

/** Host name the client asked for. */
export const ATTR_SERVER_ADDRESS = 'server.address' as const;

/** Logical name of the service. */
export const ATTR_SERVICE_NAME = 'service.name' as const;

/** Keyed hash of the session id, never the id itself. */
export const ATTR_SESSION_ID = 'session.id' as const;

/** Version of TLS, as negotiated. */
export const ATTR_TLS_PROTOCOL_VERSION = 'tls.protocol.version' as const;

/** Absolute URL of a request. */
export const ATTR_URL_FULL = 'url.full' as const;

/** The request target exactly as the client sent it, secrets masked, at most 8 KiB. */
export const ATTR_URL_ORIGINAL = 'url.original' as const;

/** Path of the request, as normalised upstream. */
export const ATTR_URL_PATH = 'url.path' as const;

/** Query of the request. */
export const ATTR_URL_QUERY = 'url.query' as const;

/** Scheme of the request. */
export const ATTR_URL_SCHEME = 'url.scheme' as const;

/** Keyed hash of the user id, where ids must not leave the process. */
export const ATTR_USER_HASH = 'user.hash' as const;

/** The user: authenticated, or named in a login attempt. */
export const ATTR_USER_ID = 'user.id' as const;

/** Roles the user holds. */
export const ATTR_USER_ROLES = 'user.roles' as const;

/** The User-Agent header, control characters neutralised. */
export const ATTR_USER_AGENT_ORIGINAL = 'user_agent.original' as const;

/** Category of the rule. */
export const ATTR_SECURITY_RULE_CATEGORY = 'security_rule.category' as const;

/** What the rule sees. */
export const ATTR_SECURITY_RULE_DESCRIPTION = 'security_rule.description' as const;

/** Licence of the rule. */
export const ATTR_SECURITY_RULE_LICENSE = 'security_rule.license' as const;

/** Name of the rule. */
export const ATTR_SECURITY_RULE_NAME = 'security_rule.name' as const;

/** Where to read more. */
export const ATTR_SECURITY_RULE_REFERENCE = 'security_rule.reference' as const;

/** Name of the set the rule belongs to. */
export const ATTR_SECURITY_RULE_RULESET_NAME = 'security_rule.ruleset.name' as const;

/** Stable id of the rule. */
export const ATTR_SECURITY_RULE_UUID = 'security_rule.uuid' as const;

/** Version of the rule. */
export const ATTR_SECURITY_RULE_VERSION = 'security_rule.version' as const;

/** Keyed hash of the API key that authenticated the request. */
export const ATTR_SECURITY_API_KEY_ID = 'security.api_key.id' as const;

/** How authentication ended in this request. */
export const ATTR_SECURITY_AUTHN_OUTCOME = 'security.authn.outcome' as const;
/** The allowed values of `security.authn.outcome`. */
export const SECURITY_AUTHN_OUTCOME_VALUES = ['success', 'failure', 'challenge', 'none'] as const;
/** One of {@link SECURITY_AUTHN_OUTCOME_VALUES}. */
export type AuthnOutcome = (typeof SECURITY_AUTHN_OUTCOME_VALUES)[number];

/** What authenticated, or tried to: the strategy or scheme. */
export const ATTR_SECURITY_AUTHN_METHOD = 'security.authn.method' as const;

/** Why authentication failed, in the library's own low-cardinality words. */
export const ATTR_SECURITY_AUTHN_REASON = 'security.authn.reason' as const;

/** How sure the outcome is. */
export const ATTR_SECURITY_AUTHN_CONFIDENCE = 'security.authn.confidence' as const;
/** The allowed values of `security.authn.confidence`. */
export const SECURITY_AUTHN_CONFIDENCE_VALUES = ['high', 'medium', 'low'] as const;
/** One of {@link SECURITY_AUTHN_CONFIDENCE_VALUES}. */
export type AuthnConfidence = (typeof SECURITY_AUTHN_CONFIDENCE_VALUES)[number];

/** Which observers agreed on the outcome. */
export const ATTR_SECURITY_AUTHN_SIGNALS = 'security.authn.signals' as const;
/** The allowed values of `security.authn.signals`. */
export const SECURITY_AUTHN_SIGNALS_VALUES = ['api', 'check', 'library', 'body', 'status'] as const;
/** One of {@link SECURITY_AUTHN_SIGNALS_VALUES}. */
export type AuthnSignals = (typeof SECURITY_AUTHN_SIGNALS_VALUES)[number];

/** Where the refused input stands: body, query, path, headers or cookies, and the field in it; never its value. */
export const ATTR_SECURITY_INPUT_PART = 'security.input.part' as const;

/** The rule that refused the input, as the validator calls it. */
export const ATTR_SECURITY_INPUT_RULE = 'security.input.rule' as const;

/** How sure it is that input was refused: a validator said so, a form lacked a field, or a status alone. */
export const ATTR_SECURITY_INPUT_CONFIDENCE = 'security.input.confidence' as const;
/** The allowed values of `security.input.confidence`. */
export const SECURITY_INPUT_CONFIDENCE_VALUES = ['high', 'medium', 'low'] as const;
/** One of {@link SECURITY_INPUT_CONFIDENCE_VALUES}. */
export type InputConfidence = (typeof SECURITY_INPUT_CONFIDENCE_VALUES)[number];

/** What the user tried to do, as the application said it: low-cardinality, masked, at most 64 characters. */
export const ATTR_SECURITY_AUTHZ_ACTION = 'security.authz.action' as const;

/** How authorisation ended in this request. */
export const ATTR_SECURITY_AUTHZ_OUTCOME = 'security.authz.outcome' as const;
/** The allowed values of `security.authz.outcome`. */
export const SECURITY_AUTHZ_OUTCOME_VALUES = ['allowed', 'denied'] as const;
/** One of {@link SECURITY_AUTHZ_OUTCOME_VALUES}. */
export type AuthzOutcome = (typeof SECURITY_AUTHZ_OUTCOME_VALUES)[number];

/** Why access was denied, as the application said it: low-cardinality, masked, at most 128 characters. */
export const ATTR_SECURITY_AUTHZ_REASON = 'security.authz.reason' as const;

/** What was refused, as the application said it: low-cardinality, masked, at most 128 characters. */
export const ATTR_SECURITY_AUTHZ_RESOURCE = 'security.authz.resource' as const;

/** Where the client address was taken from; `claimed` = another SDK says so, and nobody vouches for it. */
export const ATTR_SECURITY_CLIENT_ADDRESS_SOURCE = 'security.client.address.source' as const;
/** The allowed values of `security.client.address.source`. */
export const SECURITY_CLIENT_ADDRESS_SOURCE_VALUES = ['socket', 'x-forwarded-for', 'forwarded', 'x-real-ip', 'framework', 'claimed'] as const;
/** One of {@link SECURITY_CLIENT_ADDRESS_SOURCE_VALUES}. */
export type ClientAddressSource = (typeof SECURITY_CLIENT_ADDRESS_SOURCE_VALUES)[number];

/** An untrusted hop carried private, duplicate or garbage addresses, there were more hops than proxies, headers contradict each other, or X-Real-IP alone was believed of a proxy nobody named. */
export const ATTR_SECURITY_CLIENT_SPOOF_SUSPECTED = 'security.client.spoof_suspected' as const;

/** Security events raised in this request. */
export const ATTR_SECURITY_EVENT_NAMES = 'security.event.names' as const;

/** How an answer protects whoever it is for, and what it shows that it should not; a header that is not named was not sent. `cors_echoed` = the origin that asked is allowed by its name, `cookie_*` = a cookie is set without Secure, HttpOnly or SameSite. */
export const ATTR_SECURITY_POSTURE = 'security.posture' as const;
/** The allowed values of `security.posture`. */
export const SECURITY_POSTURE_VALUES = ['hsts', 'csp', 'nosniff', 'cors_any', 'cors_echoed', 'cors_credentials', 'cookie_insecure', 'cookie_scriptable', 'cookie_cross_site', 'deprecated', 'sunset', 'stack_trace', 'database_error'] as const;
/** One of {@link SECURITY_POSTURE_VALUES}. */
export type Posture = (typeof SECURITY_POSTURE_VALUES)[number];

/** Mark of an exporter of the processor, once a minute on a resource without records: what comes back is a loop. */
export const ATTR_SECURITY_EXPORTER_ID = 'security.exporter.id' as const;

/** Which sign of attack was recognised. */
export const ATTR_SECURITY_INDICATOR_KIND = 'security.indicator.kind' as const;
/** The allowed values of `security.indicator.kind`. */
export const SECURITY_INDICATOR_KIND_VALUES = ['sqli', 'nosqli', 'ldapi', 'cmdi', 'ssti', 'xpath', 'xxe', 'xss', 'traversal', 'ssrf', 'prototype_pollution', 'log_forging', 'crlf', 'deserialisation', 'attack_tool', 'sensitive_file', 'extraneous'] as const;
/** One of {@link SECURITY_INDICATOR_KIND_VALUES}. */
export type IndicatorKind = (typeof SECURITY_INDICATOR_KIND_VALUES)[number];

/** Which input carried the sign. */
export const ATTR_SECURITY_INDICATOR_PLACE = 'security.indicator.place' as const;
/** The allowed values of `security.indicator.place`. */
export const SECURITY_INDICATOR_PLACE_VALUES = ['url.path', 'url.query', 'header', 'body', 'user_agent'] as const;
/** One of {@link SECURITY_INDICATOR_PLACE_VALUES}. */
export type IndicatorPlace = (typeof SECURITY_INDICATOR_PLACE_VALUES)[number];

/** Name of the parameter that carried the sign, neutralised, at most 64 characters. */
export const ATTR_SECURITY_INDICATOR_PARAMETER = 'security.indicator.parameter' as const;

/** high may alert alone, suspicious needs correlation. */
export const ATTR_SECURITY_INDICATOR_CONFIDENCE = 'security.indicator.confidence' as const;
/** The allowed values of `security.indicator.confidence`. */
export const SECURITY_INDICATOR_CONFIDENCE_VALUES = ['high', 'suspicious'] as const;
/** One of {@link SECURITY_INDICATOR_CONFIDENCE_VALUES}. */
export type IndicatorConfidence = (typeof SECURITY_INDICATOR_CONFIDENCE_VALUES)[number];

/** Stable id of the recogniser that matched. */
export const ATTR_SECURITY_INDICATOR_RULE = 'security.indicator.rule' as const;

/** Decodings that were undone before the sign showed. */
export const ATTR_SECURITY_INDICATOR_DECODING = 'security.indicator.decoding' as const;

/** How many places of this item were redacted. */
export const ATTR_SECURITY_REDACTION_COUNT = 'security.redaction.count' as const;

/** The tenant the request is for. */
export const ATTR_SECURITY_TENANT_ID = 'security.tenant.id' as const;

/** Stable dedup key of an alert: hash of rule, entity and episode. */
export const ATTR_SECURITY_ALERT_ID = 'security.alert.id' as const;

/** Events that made the alert. */
export const ATTR_SECURITY_ALERT_COUNT = 'security.alert.count' as const;

/** Distinct values that made the alert, where the rule counts them. */
export const ATTR_SECURITY_ALERT_DISTINCT_COUNT = 'security.alert.distinct_count' as const;

/** What the alert is about. */
export const ATTR_SECURITY_ALERT_ENTITY_KIND = 'security.alert.entity.kind' as const;
/** The allowed values of `security.alert.entity.kind`. */
export const SECURITY_ALERT_ENTITY_KIND_VALUES = ['client', 'user', 'session', 'api_key', 'endpoint'] as const;
/** One of {@link SECURITY_ALERT_ENTITY_KIND_VALUES}. */
export type AlertEntityKind = (typeof SECURITY_ALERT_ENTITY_KIND_VALUES)[number];

/** The entity, as far as policy lets it be shown. */
export const ATTR_SECURITY_ALERT_ENTITY_VALUE = 'security.alert.entity.value' as const;

/** Event time of the first event, RFC 3339. */
export const ATTR_SECURITY_ALERT_WINDOW_START = 'security.alert.window.start' as const;

/** Event time of the deciding event, RFC 3339. */
export const ATTR_SECURITY_ALERT_WINDOW_END = 'security.alert.window.end' as const;

/** Trace ids of the evidence, first and last kept, at most 16. */
export const ATTR_SECURITY_ALERT_EVIDENCE_TRACE_IDS = 'security.alert.evidence.trace_ids' as const;

/** ATT&CK, OWASP API, CWE and other tags of the rule. */
export const ATTR_SECURITY_ALERT_TAGS = 'security.alert.tags' as const;

/** What to do about it. */
export const ATTR_SECURITY_ALERT_ACTION = 'security.alert.action' as const;
