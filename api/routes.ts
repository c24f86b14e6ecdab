import type { ApiInstance } from './api-instance.ts';
import type { AppOptions } from './app-options.ts';
import { readStatusRoute } from './routes/read-status.ts';
import { showHealthRoutes } from './routes/show-health.ts';
import { changeSessionRoutes } from './routes/change-session.ts';
import { createSessionRoute } from './routes/create-session.ts';
import { deleteSessionRoute } from './routes/delete-session.ts';
import { forkSessionRoute } from './routes/fork-session.ts';
import { interruptTurnRoute } from './routes/interrupt-turn.ts';
import { listMessagesRoute } from './routes/list-messages.ts';
import { listSessionsRoutes } from './routes/list-sessions.ts';
import { markReadRoute } from './routes/mark-read.ts';
import { patchSessionRoute } from './routes/patch-session.ts';
import { postMessageRoute } from './routes/post-message.ts';
import { showReceiptRoute } from './routes/show-receipt.ts';
import { showSessionRoute } from './routes/show-session.ts';
import { withdrawMessageRoute } from './routes/withdraw-message.ts';

/** Every route of ours, a line each; each names its whole path. */
export function registerRoutes(app: ApiInstance, options: AppOptions): void {
  showHealthRoutes(app, options);
  readStatusRoute(app, options);
  createSessionRoute(app, options.engine);
  listSessionsRoutes(app, options.engine);
  showSessionRoute(app, options.engine);
  patchSessionRoute(app, options.engine);
  changeSessionRoutes(app, options.engine);
  deleteSessionRoute(app, options.engine);
  forkSessionRoute(app, options.engine);
  showReceiptRoute(app, options.engine);
  postMessageRoute(app, options.engine);
  listMessagesRoute(app, options.engine);
  withdrawMessageRoute(app, options.engine);
  interruptTurnRoute(app, options.engine);
  markReadRoute(app, options.engine);
}
