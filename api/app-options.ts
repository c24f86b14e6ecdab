import type { Config } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Engine } from '../engine/engine.ts';
import type { HealthReport } from './health-report.ts';

export interface AppOptions {
  readonly engine: Engine;
  /** The owner's. */
  readonly token: Secret;
  readonly server: Config['server'];
  readonly health: () => Promise<HealthReport>;
  readonly version: string;
  /** Takes one line of JSON a request and a failure. */
  readonly log: LogStream;
}

export interface LogStream {
  write(line: string): void;
}
