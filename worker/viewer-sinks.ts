import type { InjectedSinks } from '@temporalio/worker';
import type { TurnFinishedNotice, ViewerSinks } from '../workflows/protocol.ts';

/** Sinks that run once per activation, never on replay: a viewer is told of an outcome when it happens, not when it is remembered. */
export function createViewerSinks(viewers: ViewerSinks['viewers']): InjectedSinks<ViewerSinks> {
  return {
    viewers: {
      turnFinished: {
        callDuringReplay: false,
        fn: (_workflow, notice: TurnFinishedNotice) => viewers.turnFinished(notice),
      },
    },
  };
}
