// Generated from packages/conventions/model.yaml by `npm run generate`. Do not edit.

/** A login succeeded. */
export const EVENT_AUTHN_LOGIN_SUCCESS = 'security.authn_login_success' as const;
/** A login succeeded after failures. */
export const EVENT_AUTHN_LOGIN_SUCCESSAFTERFAIL = 'security.authn_login_successafterfail' as const;
/** A login failed. */
export const EVENT_AUTHN_LOGIN_FAIL = 'security.authn_login_fail' as const;
/** Too many logins failed. */
export const EVENT_AUTHN_LOGIN_FAIL_MAX = 'security.authn_login_fail_max' as const;
/** An account was locked. */
export const EVENT_AUTHN_LOGIN_LOCK = 'security.authn_login_lock' as const;
/** A password was changed. */
export const EVENT_AUTHN_PASSWORD_CHANGE = 'security.authn_password_change' as const;
/** A password change failed. */
export const EVENT_AUTHN_PASSWORD_CHANGE_FAIL = 'security.authn_password_change_fail' as const;
/** One user was at two places too far apart. */
export const EVENT_AUTHN_IMPOSSIBLE_TRAVEL = 'security.authn_impossible_travel' as const;
/** A token was created. */
export const EVENT_AUTHN_TOKEN_CREATED = 'security.authn_token_created' as const;
/** A token was revoked. */
export const EVENT_AUTHN_TOKEN_REVOKED = 'security.authn_token_revoked' as const;
/** A revoked or used token was presented again. */
export const EVENT_AUTHN_TOKEN_REUSE = 'security.authn_token_reuse' as const;
/** A token was deleted. */
export const EVENT_AUTHN_TOKEN_DELETE = 'security.authn_token_delete' as const;
/** A token did not verify. */
export const EVENT_AUTHN_TOKEN_INVALID = 'security.authn_token_invalid' as const;
/** Access was denied. */
export const EVENT_AUTHZ_FAIL = 'security.authz_fail' as const;
/** Entitlements were changed. */
export const EVENT_AUTHZ_CHANGE = 'security.authz_change' as const;
/** An administrative function was used. */
export const EVENT_AUTHZ_ADMIN = 'security.authz_admin' as const;
/** Decryption failed. */
export const EVENT_CRYPT_DECRYPT_FAIL = 'security.crypt_decrypt_fail' as const;
/** Encryption failed. */
export const EVENT_CRYPT_ENCRYPT_FAIL = 'security.crypt_encrypt_fail' as const;
/** A rate limit was exceeded. */
export const EVENT_EXCESS_RATE_LIMIT_EXCEEDED = 'security.excess_rate_limit_exceeded' as const;
/** Too many sessions of one user. */
export const EVENT_EXCESS_SESSIONS_EXCEEDED = 'security.excess_sessions_exceeded' as const;
/** An upload completed. */
export const EVENT_UPLOAD_COMPLETE = 'security.upload_complete' as const;
/** An upload was stored. */
export const EVENT_UPLOAD_STORED = 'security.upload_stored' as const;
/** An upload was validated. */
export const EVENT_UPLOAD_VALIDATION = 'security.upload_validation' as const;
/** An upload was deleted. */
export const EVENT_UPLOAD_DELETE = 'security.upload_delete' as const;
/** Input failed validation. */
export const EVENT_INPUT_VALIDATION_FAIL = 'security.input_validation_fail' as const;
/** Input outside a fixed set of values. */
export const EVENT_INPUT_VALIDATION_DISCRETE_FAIL = 'security.input_validation_discrete_fail' as const;
/** Many requests for what does not exist. */
export const EVENT_MALICIOUS_EXCESS_404 = 'security.malicious_excess_404' as const;
/** Input that no client of ours sends. */
export const EVENT_MALICIOUS_EXTRANEOUS = 'security.malicious_extraneous' as const;
/** A known attack tool. */
export const EVENT_MALICIOUS_ATTACK_TOOL = 'security.malicious_attack_tool' as const;
/** SQL injection. */
export const EVENT_MALICIOUS_SQLI = 'security.malicious_sqli' as const;
/** A cross-origin request from a forbidden origin. */
export const EVENT_MALICIOUS_CORS = 'security.malicious_cors' as const;
/** Direct reference to another's object. */
export const EVENT_MALICIOUS_DIRECT_REFERENCE = 'security.malicious_direct_reference' as const;
/** Cross-site request forgery. */
export const EVENT_MALICIOUS_CSRF = 'security.malicious_csrf' as const;
/** Content security policy violated. */
export const EVENT_MALICIOUS_CSP_VIOLATION = 'security.malicious_csp_violation' as const;
/** Cross-site scripting. */
export const EVENT_MALICIOUS_XSS = 'security.malicious_xss' as const;
/** OS command injection. */
export const EVENT_MALICIOUS_CMDI = 'security.malicious_cmdi' as const;
/** Path traversal. */
export const EVENT_MALICIOUS_TRAVERSAL = 'security.malicious_traversal' as const;
/** Server-side request forgery. */
export const EVENT_MALICIOUS_SSRF = 'security.malicious_ssrf' as const;
/** NoSQL injection. */
export const EVENT_MALICIOUS_NOSQLI = 'security.malicious_nosqli' as const;
/** LDAP injection. */
export const EVENT_MALICIOUS_LDAPI = 'security.malicious_ldapi' as const;
/** Template injection. */
export const EVENT_MALICIOUS_SSTI = 'security.malicious_ssti' as const;
/** XPath injection. */
export const EVENT_MALICIOUS_XPATH = 'security.malicious_xpath' as const;
/** XML external entity. */
export const EVENT_MALICIOUS_XXE = 'security.malicious_xxe' as const;
/** Header injection by CR and LF. */
export const EVENT_MALICIOUS_CRLF = 'security.malicious_crlf' as const;
/** Hostile serialised object. */
export const EVENT_MALICIOUS_DESERIALISATION = 'security.malicious_deserialisation' as const;
/** A request for a file that attackers look for. */
export const EVENT_MALICIOUS_SENSITIVE_FILE = 'security.malicious_sensitive_file' as const;
/** Prototype pollution. */
export const EVENT_MALICIOUS_PROTOTYPE_POLLUTION = 'security.malicious_prototype_pollution' as const;
/** Log forging. */
export const EVENT_MALICIOUS_LOG_FORGING = 'security.malicious_log_forging' as const;
/** Prompt injection. */
export const EVENT_MCP_PROMPT_INJECTION = 'security.mcp_prompt_injection' as const;
/** Resources exhausted through a tool. */
export const EVENT_MCP_RESOURCE_EXHAUSTION = 'security.mcp_resource_exhaustion' as const;
/** A tool was poisoned. */
export const EVENT_MCP_TOOL_POISONING = 'security.mcp_tool_poisoning' as const;
/** Permissions of an object changed. */
export const EVENT_PRIVILEGE_PERMISSIONS_CHANGED = 'security.privilege_permissions_changed' as const;
/** Sensitive data was created. */
export const EVENT_SENSITIVE_CREATE = 'security.sensitive_create' as const;
/** Sensitive data was read. */
export const EVENT_SENSITIVE_READ = 'security.sensitive_read' as const;
/** Sensitive data was updated. */
export const EVENT_SENSITIVE_UPDATE = 'security.sensitive_update' as const;
/** Sensitive data was deleted. */
export const EVENT_SENSITIVE_DELETE = 'security.sensitive_delete' as const;
/** Steps were taken out of order. */
export const EVENT_SEQUENCE_FAIL = 'security.sequence_fail' as const;
/** A session was created. */
export const EVENT_SESSION_CREATED = 'security.session_created' as const;
/** A session was renewed. */
export const EVENT_SESSION_RENEWED = 'security.session_renewed' as const;
/** A session expired. */
export const EVENT_SESSION_EXPIRED = 'security.session_expired' as const;
/** A session was ended by its user. */
export const EVENT_SESSION_LOGOUT = 'security.session_logout' as const;
/** An expired session was used. */
export const EVENT_SESSION_USE_AFTER_EXPIRE = 'security.session_use_after_expire' as const;
/** A system started. */
export const EVENT_SYS_STARTUP = 'security.sys_startup' as const;
/** A system stopped. */
export const EVENT_SYS_SHUTDOWN = 'security.sys_shutdown' as const;
/** A system restarted. */
export const EVENT_SYS_RESTART = 'security.sys_restart' as const;
/** A system crashed. */
export const EVENT_SYS_CRASH = 'security.sys_crash' as const;
/** Monitoring was switched off. */
export const EVENT_SYS_MONITOR_DISABLED = 'security.sys_monitor_disabled' as const;
/** Monitoring was switched on. */
export const EVENT_SYS_MONITOR_ENABLED = 'security.sys_monitor_enabled' as const;
/** A user was created. */
export const EVENT_USER_CREATED = 'security.user_created' as const;
/** A user was updated. */
export const EVENT_USER_UPDATED = 'security.user_updated' as const;
/** A user was archived. */
export const EVENT_USER_ARCHIVED = 'security.user_archived' as const;
/** A user was deleted. */
export const EVENT_USER_DELETED = 'security.user_deleted' as const;

/** Severity number of every security event: 9 INFO, 13 WARN, 21 FATAL (critical). */
export const SECURITY_EVENT_SEVERITY = {
  'security.authn_login_success': 9,
  'security.authn_login_successafterfail': 9,
  'security.authn_login_fail': 13,
  'security.authn_login_fail_max': 13,
  'security.authn_login_lock': 13,
  'security.authn_password_change': 9,
  'security.authn_password_change_fail': 21,
  'security.authn_impossible_travel': 21,
  'security.authn_token_created': 9,
  'security.authn_token_revoked': 9,
  'security.authn_token_reuse': 21,
  'security.authn_token_delete': 13,
  'security.authn_token_invalid': 13,
  'security.authz_fail': 21,
  'security.authz_change': 13,
  'security.authz_admin': 13,
  'security.crypt_decrypt_fail': 13,
  'security.crypt_encrypt_fail': 13,
  'security.excess_rate_limit_exceeded': 13,
  'security.excess_sessions_exceeded': 13,
  'security.upload_complete': 9,
  'security.upload_stored': 9,
  'security.upload_validation': 9,
  'security.upload_delete': 9,
  'security.input_validation_fail': 13,
  'security.input_validation_discrete_fail': 13,
  'security.malicious_excess_404': 13,
  'security.malicious_extraneous': 13,
  'security.malicious_attack_tool': 21,
  'security.malicious_sqli': 21,
  'security.malicious_cors': 21,
  'security.malicious_direct_reference': 21,
  'security.malicious_csrf': 13,
  'security.malicious_csp_violation': 13,
  'security.malicious_xss': 21,
  'security.malicious_cmdi': 21,
  'security.malicious_traversal': 21,
  'security.malicious_ssrf': 21,
  'security.malicious_nosqli': 21,
  'security.malicious_ldapi': 21,
  'security.malicious_ssti': 21,
  'security.malicious_xpath': 21,
  'security.malicious_xxe': 21,
  'security.malicious_crlf': 21,
  'security.malicious_deserialisation': 21,
  'security.malicious_sensitive_file': 13,
  'security.malicious_prototype_pollution': 21,
  'security.malicious_log_forging': 21,
  'security.mcp_prompt_injection': 13,
  'security.mcp_resource_exhaustion': 13,
  'security.mcp_tool_poisoning': 13,
  'security.privilege_permissions_changed': 13,
  'security.sensitive_create': 13,
  'security.sensitive_read': 13,
  'security.sensitive_update': 13,
  'security.sensitive_delete': 13,
  'security.sequence_fail': 21,
  'security.session_created': 9,
  'security.session_renewed': 9,
  'security.session_expired': 9,
  'security.session_logout': 9,
  'security.session_use_after_expire': 21,
  'security.sys_startup': 13,
  'security.sys_shutdown': 13,
  'security.sys_restart': 13,
  'security.sys_crash': 13,
  'security.sys_monitor_disabled': 13,
  'security.sys_monitor_enabled': 13,
  'security.user_created': 13,
  'security.user_updated': 13,
  'security.user_archived': 13,
  'security.user_deleted': 13,
} as const;

/** The EventName of a security event. */
export type SecurityEventName = keyof typeof SECURITY_EVENT_SEVERITY;
