import { describe, expect, test } from '@jest/globals';
import {
  admit,
  afterAnswer,
  afterFailure,
  afterLimit,
  afterNothing,
  closedCircuit,
  patienceEndsAt,
  quietFrom,
  type Circuit,
} from '../../domain/circuit.ts';

const start = 1_000_000;
const fail = (circuit: Circuit, times: number, now = start): Circuit =>
  Array.from({ length: times }).reduce<Circuit>(
    (next) => afterFailure(next, 'model-overloaded', now),
    circuit,
  );
const opened = fail(closedCircuit, 5);

/** The circuit after its trial was let out at that time. */
function tryOut(circuit: Circuit, now: number): Circuit {
  const admission = admit(circuit, now);
  if (admission.kind !== 'trial') throw new Error(`There is no trial, but ${admission.kind}.`);
  return admission.circuit;
}

describe('the circuit of a provider', () => {
  test('opens after five failures in a row, whoever they happened to, and knows since when', () => {
    expect(admit(fail(closedCircuit, 4), start)).toEqual({ kind: 'go' });
    expect(admit(opened, start)).toEqual({ kind: 'wait', until: start + 2_000, reason: 'open' });
    expect(opened).toMatchObject({ since: start, code: 'model-overloaded' });
  });

  test('stays closed when answers come between the failures', () => {
    const circuit = fail(afterAnswer(fail(closedCircuit, 4)), 4);
    expect(admit(circuit, start)).toEqual({ kind: 'go' });
  });

  test('lets one call try after the pause; the others look again soon', () => {
    const trying = tryOut(opened, start + 2_000);
    expect(admit(trying, start + 2_001)).toEqual({ kind: 'wait', until: start + 3_001, reason: 'open' });
  });

  test('closes at an answer, and at a rate limit: who asks for patience is there', () => {
    const trying = tryOut(opened, start + 2_000);
    expect(admit(afterAnswer(trying), start + 2_500)).toEqual({ kind: 'go' });
    expect(admit(afterLimit(trying, 1_000, start + 2_500), start + 2_500)).toEqual({ kind: 'go' });
  });

  test('waits longer after each trial that failed, and never more than eight seconds', () => {
    let [circuit, now] = [opened, start];
    const pauses: number[] = [];
    for (let trial = 1; trial <= 4; trial += 1) {
      const pauseMs = (circuit.openUntil ?? 0) - now;
      now += pauseMs;
      pauses.push(pauseMs);
      circuit = fail(tryOut(circuit, now), 1, now);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 8_000]);
    expect(circuit.since).toBe(start);
  });

  test('calls that were under way when it opened do not keep it open for longer', () => {
    expect(fail(opened, 20, start + 500).openUntil).toBe(opened.openUntil);
  });

  test('a trial that says nothing makes way at once, one that is lost after a while', () => {
    const trying = tryOut(opened, start + 2_000);
    expect(admit(afterNothing(trying, start + 3_000), start + 3_000).kind).toBe('trial');
    expect(admit(trying, start + 21_999).kind).toBe('wait');
    expect(admit(trying, start + 22_000).kind).toBe('trial');
  });

  test('three rate limits in a row hold all calls back for as long as the provider says, at most a minute', () => {
    const limit = (circuit: Circuit, afterMs: number): Circuit => afterLimit(circuit, afterMs, start);
    const twice = limit(limit(closedCircuit, 5_000), 5_000);
    expect(admit(twice, start)).toEqual({ kind: 'go' });
    const held = limit(twice, 5_000);
    expect(admit(held, start)).toEqual({ kind: 'wait', until: start + 5_000, reason: 'limited' });
    expect(admit(held, start + 5_000)).toEqual({ kind: 'go' });
    expect(limit(twice, 3_600_000).heldUntil).toBe(start + 60_000);
    expect(admit(limit(afterAnswer(twice), 5_000), start)).toEqual({ kind: 'go' });
  });

  test('a call outlives a provider that is back within a minute; who comes late hears sooner', () => {
    expect(patienceEndsAt(opened, start)).toBe(start + 75_000);
    expect(patienceEndsAt(opened, start + 70_000)).toBe(start + 85_000);
  });

  test('remembers the last trouble over an answer, for those who can wait', () => {
    const calm = afterAnswer(fail(closedCircuit, 1));
    expect(quietFrom(calm, start + 1)).toBe(start + 20_000);
    expect(quietFrom(calm, start + 20_000)).toBeUndefined();
    expect(quietFrom(closedCircuit, start)).toBeUndefined();
  });
});
