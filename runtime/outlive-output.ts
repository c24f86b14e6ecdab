/**
 * For processes that serve: what they print may go to a disk that is full, or to a terminal that is gone. That costs
 * lines, never the server; without a listener Node ends the process.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
