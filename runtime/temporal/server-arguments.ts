export interface ServerPlace {
  readonly databaseFile: string;
  readonly port: number;
}

/** How the embedded Temporal server is started. Sessions and their speed depend on the settings; each says why. */
export const serverArguments = ({ databaseFile, port }: ServerPlace): string[] => {
  const place = ['--headless', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', databaseFile];
  const quiet = ['--log-level', 'warn', '--disable-config-file', '--disable-config-env'];
  const settings = dynamicSettings.flatMap((setting) => ['--dynamic-config-value', setting]);
  // With a write-ahead log a commit takes two fsyncs instead of eight, and none fewer than a power cut needs.
  return ['server', 'start-dev', ...place, ...quiet, '--sqlite-pragma', 'journal_mode=wal', ...settings];
};

const dynamicSettings = [
  // A flooding session does not hold back a quiet one.
  'matching.enableFairness=true',
  // Priority, turns among sessions and limits hold within a partition; of four, a call might wait where nobody looks.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // Otherwise the runs of one session start at least a second apart.
  'history.workflowIdReuseMinimalInterval="0s"',
  // Otherwise each hop of a turn waits up to 50 ms.
  'history.transferProcessorMaxPollRPS=2000',
  // Nothing is reported to anybody.
  'frontend.enableServerVersionCheck=false',
];
