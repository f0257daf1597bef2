/** The calls an application makes itself. All of them do nothing without an SDK and never throw. */
export { accessDenied, setApiKey, setUser } from './access.ts';
export { type LoginFailure, type LoginSuccess, loginFailed, loginSucceeded } from './login.ts';
export {
  type AccessDenial,
  type LoginReport,
  type SecurityApiKey,
  type SecurityBackend,
  type SecurityEventAttributes,
  type SecurityUser,
  setSecurityBackend,
} from './security-backend.ts';
export { securityEvent } from './security-event.ts';
