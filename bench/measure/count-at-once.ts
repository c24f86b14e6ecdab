interface Begin {
  readonly number: number;
  readonly at: number;
}

/** The most requests that a server had open at once. One that ends in the millisecond in which another begins is over. */
export function countAtOnce(begun: readonly Begin[], ended: readonly Begin[]): number {
  const numbers = new Set(begun.map(({ number }) => number));
  const steps = [
    ...begun.map(({ at }) => ({ at, change: 1 })),
    ...ended.filter(({ number }) => numbers.has(number)).map(({ at }) => ({ at, change: -1 })),
  ].toSorted((one, other) => one.at - other.at || one.change - other.change);
  let open = 0;
  let most = 0;
  for (const { change } of steps) {
    open += change;
    most = Math.max(most, open);
  }
  return most;
}
