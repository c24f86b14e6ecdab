import type { ProviderCircuit } from '../activities/provider-circuit.ts';
import {
  admit,
  afterAnswer,
  afterFailure,
  afterLimit,
  afterNothing,
  closedCircuit,
  isTroubled,
  type Admission,
  type Circuit,
} from '../domain/circuit.ts';
import { changeCircuit, readCircuit } from '../store/circuits.ts';
import type { Database } from '../store/database.ts';

/** What is known is good for this long; older, it is used once more while it is read anew. Milliseconds. */
const freshMs = 1_000;
/** What is older than this is read before it is used; milliseconds. */
const oldMs = 5_000;

/**
 * A provider's circuit as one worker process knows it. While all is well a call waits for nothing here. A database that is
 * away holds up no call.
 */
export function openCircuit(database: Database, provider: string): ProviderCircuit {
  let known: Circuit = closedCircuit;
  let readAt = 0;
  const learn = (circuit: Circuit): Circuit => {
    readAt = Date.now();
    return (known = circuit);
  };
  const read = (): Promise<Circuit> => readCircuit(database, provider).then(learn, () => known);
  const change = (step: (circuit: Circuit) => Circuit): Promise<Circuit> =>
    changeCircuit(database, provider, step).then(learn, () => learn(step(known)));
  const look = async (): Promise<Circuit> => {
    const age = Date.now() - readAt;
    if (age >= oldMs) return read();
    if (age >= freshMs) void read();
    return known;
  };
  return {
    look,
    async enter() {
      const seen = await look();
      let admission: Admission = admit(seen, Date.now());
      // Of those who may be the trial the database lets one through.
      if (admission.kind !== 'trial') return admission;
      await change((circuit) => {
        admission = admit(circuit, Date.now());
        return admission.kind === 'trial' ? admission.circuit : circuit;
      });
      return admission;
    },
    async answered() {
      if (isTroubled(known))
        await change((circuit) => (isTroubled(circuit) ? afterAnswer(circuit) : circuit));
    },
    failed: (code) => change((circuit) => afterFailure(circuit, code, Date.now())),
    limited: (afterMs) => change((circuit) => afterLimit(circuit, afterMs, Date.now())),
    left: async () => {
      await change((circuit) => afterNothing(circuit, Date.now()));
    },
  };
}
