import type { MessageAnswer, SessionAnswer } from '../../cli/client/answers.ts';

export const sessionAnswer = (facts: Partial<SessionAnswer> = {}): SessionAnswer => ({
  key: 'home',
  title: 'Home',
  label: null,
  status: 'active',
  archivedAt: null,
  archivedReason: null,
  pinnedAt: null,
  tags: [],
  scope: 'per-channel',
  kind: 'direct',
  channelBinding: null,
  model: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  lastMessageAt: null,
  turnCount: 1,
  unreadCount: 0,
  running: false,
  waiting: 0,
  ...facts,
});

export const messageAnswer = (facts: Partial<MessageAnswer> = {}): MessageAnswer => ({
  id: 'm1',
  turn: 1,
  chapter: 1,
  role: 'assistant',
  text: 'Hello.',
  at: '2026-01-01T00:00:00.000Z',
  status: 'complete',
  ...facts,
});
