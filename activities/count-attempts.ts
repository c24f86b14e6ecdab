import { Context } from '@temporalio/activity';
import type { InferInput } from '../workflows/protocol.ts';
import type { CallRecord } from './call-record.ts';

/** Which attempt at the call this is, from 1. */
export const attemptOf = ({ waited }: CallRecord): number => Context.current().info.attempt - waited;

/** The same as people count it: with the calls of the turn before this one. */
export const shownAttemptOf = ({ earlier }: InferInput, record: CallRecord): number =>
  (earlier?.attempts ?? 0) + attemptOf(record);
