/** The part of the configuration that says what is redacted: read by the one parser that applications use too. */
import { parsePolicy, POLICY_OPTIONS, POLICY_SCHEMA, sentenceOf } from '@spanguard/redaction';
import { z } from 'zod';
import { describeGroup } from '../options/option-kinds.ts';

/** A redaction policy, checked, every problem at its place; for editors its JSON Schema stands in for it. */
export const redactShape = describeGroup(
  z
    .unknown()
    .meta(POLICY_SCHEMA)
    .prefault({})
    .transform((written, context) => {
      const parsed = parsePolicy(written);
      if (parsed.ok) return parsed.policy;
      for (const problem of parsed.problems) {
        const { path, wrong, expected, isSecret } = problem;
        const params =
          wrong === 'name' ? { problem: sentenceOf(problem, '') } : { expected, secret: isSecret };
        context.addIssue({ code: 'custom', path: [...path], params });
      }
      return z.NEVER;
    }),
  POLICY_OPTIONS,
);
