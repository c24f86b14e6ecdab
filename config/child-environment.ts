/**
 * What a child process of ours finds in its environment: all that we have, and these. Here, because only the configuration
 * reads the environment.
 */
export const childEnvironment = (additions: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...additions,
});
