import type { ProviderCircuit } from '../../activities/provider-circuit.ts';
import { closedCircuit } from '../../domain/circuit.ts';

/** Of a provider that no other call has had to do with. */
export const allClosed: ProviderCircuit = {
  look: () => Promise.resolve(closedCircuit),
  enter: () => Promise.resolve({ kind: 'go' }),
  answered: () => Promise.resolve(),
  failed: () => Promise.resolve(closedCircuit),
  limited: () => Promise.resolve(closedCircuit),
  left: () => Promise.resolve(),
};
