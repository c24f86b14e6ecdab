import type { Progress } from '../client/follow-progress.ts';
import type { StatusLine } from './status-line.ts';

/** Shows how far a piece of work is, such as `Verifying 120 of 2,000 sessions (6 %)`. */
export const showProgress =
  (status: StatusLine, what: string) =>
  ({ done, total }: Progress): void => {
    const share = total === 0 ? '' : ` (${Math.floor((done / total) * 100)} %)`;
    status.show(`${what} ${count(done)} of ${count(total)} ${total === 1 ? 'session' : 'sessions'}${share}`);
  };

const count = (value: number): string => value.toLocaleString('en-US');
