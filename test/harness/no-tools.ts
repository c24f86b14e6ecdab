import { noOffer } from '../../tools/tool-offers.ts';

/** What the inference activity needs where no model is offered a tool. */
export const noTools = {
  offers: { offer: () => Promise.resolve(noOffer) },
  toolLimits: { maxSteps: 12, approvalMs: 86_400_000 },
};
