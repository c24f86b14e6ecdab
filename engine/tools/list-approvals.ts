import { listApprovals as listWaiting, type WaitingApproval } from '../../store/list-tool-rows.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';

/** The calls of tools that wait for a person, the oldest first, in all sessions. Throws `forbidden`. */
export function listApprovals(engine: Engine, caller: Caller): Promise<readonly WaitingApproval[]> {
  requireOwner(caller, 'see what waits for approval');
  return listWaiting(engine.database);
}
