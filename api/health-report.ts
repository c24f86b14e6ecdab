/** Whether each part that the server needs answers, for `/readyz`. */
export interface HealthReport {
  readonly ready: boolean;
  /** By name: `database`, `temporal`, `workers`, … */
  readonly parts: Readonly<Record<string, PartHealth>>;
}

export interface PartHealth {
  readonly state: 'ok' | 'starting' | 'failing';
  /** A sentence for the operator; nothing secret, for anybody may read it. */
  readonly detail?: string;
}
