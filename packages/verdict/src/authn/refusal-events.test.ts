/** Each refusal is told once. */
import { expect } from 'chai';
import { type Refusal, refusalEvents } from './refusal-events.ts';

function tells(refusal: Partial<Refusal>, expected: string[]): void {
  const events = refusalEvents({ statusCode: undefined, outcome: undefined, ...refusal });
  expect(events.map((name) => name.replace('security.', ''))).to.deep.equal(expected);
}

describe('refusalEvents', () => {
  it('tells refused input where no login failed', () => {
    for (const statusCode of [400, 422]) {
      tells({ statusCode }, ['input_validation_fail']);
      tells({ statusCode, outcome: 'success' }, ['input_validation_fail']);
      tells({ statusCode, outcome: 'challenge' }, ['input_validation_fail']);
      tells({ statusCode, outcome: 'failure' }, []);
    }
  });

  it('tells denied access where no login failed, or where the application said so', () => {
    tells({ statusCode: 403 }, ['authz_fail']);
    tells({ statusCode: 403, outcome: 'success' }, ['authz_fail']);
    tells({ statusCode: 403, outcome: 'failure' }, []);
    tells({ statusCode: 404, accessDenied: true }, ['authz_fail']);
    tells({ statusCode: 403, accessDenied: true }, ['authz_fail']);
  });

  it('tells denied access of a 401 where the user was known by then', () => {
    tells({ statusCode: 401, outcome: 'success' }, ['authz_fail']);
    tells({ statusCode: 401, knowsUser: true }, ['authz_fail']);
    tells({ statusCode: 401, knowsUser: true, outcome: 'failure' }, []);
    tells({ statusCode: 401, knowsUser: true, outcome: 'challenge' }, []);
    tells({ statusCode: 401, knowsUser: true, form: 'password_change' }, []);
  });

  it('tells a form that nobody filled in, and an account that cannot be made', () => {
    const login = { form: 'incomplete', isAuthRoute: true } as const;
    for (const statusCode of [400, 401, 403, 404, 422]) {
      tells({ ...login, statusCode }, ['input_validation_fail']);
      tells({ ...login, statusCode, outcome: 'failure' }, []);
    }
    tells({ form: 'incomplete', statusCode: 404 }, []);
    tells({ form: 'account', statusCode: 409 }, ['input_validation_fail']);
    tells({ refusedInput: true, statusCode: 302 }, ['input_validation_fail']);
    tells({ refusedInput: true, statusCode: 401 }, []);
    tells({ refusedInput: true, statusCode: 200 }, []);
  });

  it('tells a limit, and nothing of other answers', () => {
    tells({ statusCode: 429, outcome: 'failure' }, ['excess_rate_limit_exceeded']);
    for (const statusCode of [undefined, 200, 302, 401, 404, 500]) tells({ statusCode }, []);
  });
});
