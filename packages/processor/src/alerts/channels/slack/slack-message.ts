/**
 * An alert as message of Slack's Block Kit, which Mattermost takes too. What comes from telemetry stands in
 * plain text alone, where nothing is a mention, a link or a style.
 * Source: https://docs.slack.dev/reference/block-kit/blocks.
 */
import type { Alert } from '../../../model/alert.ts';
import { howMany, when } from '../../alert-text.ts';
import { summary } from '../../ocsf.ts';
import { slackText } from './slack-text.ts';

/** Limits of Slack, in characters. */
const HEADER_MAX = 150;
const FIELD_MAX = 2000;
const SECTION_MAX = 3000;
/** Ours: it is what a telephone shows of a message. */
const FALLBACK_MAX = 500;
const EVIDENCE_MAX = 16;

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** What is posted. */
export interface SlackMessage {
  /** For notifications, which show no blocks. */
  readonly text: string;
  readonly blocks: readonly object[];
}

/** Renders an alert. Slack refuses empty texts, so what is not there is a dash. */
export function slackMessage(alert: Alert): SlackMessage {
  const { rule, entity, services, evidence } = alert;
  const title = `${rule.level.toUpperCase()} ${rule.title}`;
  const traces = evidence.slice(0, EVIDENCE_MAX).map(({ traceId }) => traceId);
  return {
    text: slackText(`${rule.level.toUpperCase()} ${summary(alert)}`, FALLBACK_MAX),
    blocks: [
      { type: 'header', text: plain(title, HEADER_MAX) },
      {
        type: 'section',
        // In two columns: a name of ours, and what telemetry says.
        fields: [
          plain('who', FIELD_MAX),
          plain(`${entity.kind} ${entity.value}`, FIELD_MAX),
          plain('how many', FIELD_MAX),
          plain(howMany(alert), FIELD_MAX),
          plain('when', FIELD_MAX),
          plain(when(alert), FIELD_MAX),
          plain('where', FIELD_MAX),
          plain(services.join(', '), FIELD_MAX),
        ],
      },
      { type: 'section', text: plain(`To do: ${rule.action}`, SECTION_MAX) },
      {
        type: 'context',
        elements: [
          plain(`rule ${rule.name}, alert ${alert.id}`, FIELD_MAX),
          plain(`evidence ${traces.join(' ')}`, FIELD_MAX),
        ],
      },
    ],
  };
}

function plain(text: string, charactersMax: number): PlainText {
  const shown = slackText(text, charactersMax);
  return { type: 'plain_text', text: shown.trim() === '' ? '-' : shown, emoji: false };
}
