/** Every rule about values; one file per kind, in the order they are asked. */
import type { Rule } from './rule.ts';
import { ATTACK_TOOL_RULES, USER_AGENT_RULES } from './rules/attack-tool.ts';
import { CMDI_RULES } from './rules/cmdi.ts';
import { DESERIALISATION_RULES } from './rules/deserialisation.ts';
import { LDAPI_RULES } from './rules/ldapi.ts';
import { CRLF_RULES, LOG_FORGING_RULES } from './rules/line-breaks.ts';
import { NOSQLI_RULES } from './rules/nosqli.ts';
import { PRODUCT_DOOR_RULES } from './rules/product-door.ts';
import { PROTOTYPE_POLLUTION_RULES } from './rules/prototype-pollution.ts';
import { SENSITIVE_FILE_RULES } from './rules/sensitive-file.ts';
import { SQLI_RULES } from './rules/sqli.ts';
import { SSRF_RULES } from './rules/ssrf.ts';
import { SSTI_RULES } from './rules/ssti.ts';
import { TRAVERSAL_RULES } from './rules/traversal.ts';
import { XPATH_RULES } from './rules/xpath.ts';
import { XSS_RULES } from './rules/xss.ts';
import { XXE_RULES } from './rules/xxe.ts';

export const VALUE_RULES: readonly Rule[] = [
  ...SQLI_RULES,
  ...NOSQLI_RULES,
  ...LDAPI_RULES,
  ...CMDI_RULES,
  ...SSTI_RULES,
  ...XPATH_RULES,
  ...XXE_RULES,
  ...XSS_RULES,
  ...TRAVERSAL_RULES,
  ...SSRF_RULES,
  ...PROTOTYPE_POLLUTION_RULES,
  ...LOG_FORGING_RULES,
  ...CRLF_RULES,
  ...DESERIALISATION_RULES,
  ...ATTACK_TOOL_RULES,
  ...SENSITIVE_FILE_RULES,
  ...PRODUCT_DOOR_RULES,
];

export const AGENT_RULES: readonly Rule[] = USER_AGENT_RULES;
