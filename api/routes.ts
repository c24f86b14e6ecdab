import type { ApiInstance } from './api-instance.ts';
import type { AppOptions } from './app-options.ts';
import { showHealthRoutes } from './routes/show-health.ts';

/** Every route of ours, a line each; each names its whole path. */
export function registerRoutes(app: ApiInstance, options: AppOptions): void {
  showHealthRoutes(app, options);
}
