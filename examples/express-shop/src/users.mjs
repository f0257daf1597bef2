/** The people of the demonstration shop. Their passwords are planted secrets: none may leave the process. */
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

export const users = NAMES.map((name, index) => ({
  id: `u-${index + 1}`,
  email: `${name}@shop.example`,
  role: name === 'grace' ? 'admin' : 'customer',
  password: `correct-horse-${name}-7391`,
}));
