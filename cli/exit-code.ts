/** How a command ends. Scripts rely on these numbers. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badUsage: 2,
  notReachable: 3,
  notAllowed: 4,
  notFound: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
