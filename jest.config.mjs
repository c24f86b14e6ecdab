/** Tests sorted by what they need: nothing, or the servers that `global-setup` starts once a run. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', explicitResourceManagement: true } } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
};

const project = (name, folders, extra = {}) => ({
  ...common,
  displayName: name,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  ...extra,
});

const withServers = {
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
};

export default {
  projects: [
    project('plain', ['domain', 'config', 'models', 'tools', 'runtime', 'cli', 'docs']),
    project(
      'servers',
      ['store', 'workflows', 'activities', 'worker', 'replay', 'engine', 'api', 'channels'],
      withServers,
    ),
    project('system', ['system'], withServers),
    // Writes into the tree; `npm run record-histories` asks for it by name.
    ...(process.env.ATRIUM_RECORD ? [project('record', ['record'], withServers)] : []),
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
};
