/** Bounded memories of pure answers. */
export { RecentAnswers, type RecentAnswersLimits } from './recent-answers.ts';
