/**
 * `npm test`: Jest over every test, then one line that counts them. The system tests measure seconds, so they run one after
 * the other once the rest is done. Arguments go to Jest; `--no-skips` makes a skipped test a failed one. `--record RELEASE`
 * records histories under that release's name instead.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const nodeOptions = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const asked = process.argv.slice(2);
const release = asked.includes('--record') ? releaseIn(asked) : undefined;
const given = release === undefined ? asked.filter((arg) => arg !== '--no-skips') : ['test/record'];
const mayNotSkip = process.argv.includes('--no-skips');
const passes =
  given.length > 0
    ? [given]
    : [
        ['--selectProjects', 'plain', 'servers'],
        ['--selectProjects', 'system', '--runInBand'],
      ];

const total = { passed: 0, failed: 0, skipped: 0 };
for (const pass of passes) {
  const results = await runJest(pass);
  for (const key of Object.keys(total)) total[key] += results[key];
}
const ending = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${ending}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Recording writes into the tree, so it wants to be told the name. */
function releaseIn(words) {
  const name = words[words.indexOf('--record') + 1];
  if (name !== undefined && /^[\w.-]+$/.test(name)) return name;
  console.error('Say which release records: npm run record-histories -- RELEASE');
  process.exit(2);
}

async function runJest(args) {
  const folder = await mkdtemp(join(tmpdir(), 'atrium-results-'));
  const file = join(folder, 'results.json');
  const program = [...nodeOptions, jest, '--json', '--outputFile', file, '--passWithNoTests', ...args];
  const env = release === undefined ? process.env : { ...process.env, ATRIUM_RECORD: release };
  const child = spawn(process.execPath, program, { cwd: root, stdio: 'inherit', env });
  const code = await new Promise((done, failed) => child.once('close', done).once('error', failed));
  const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  await rm(folder, { recursive: true, force: true });
  return countTests(results, code);
}

/** A file that cannot be run, and a run that ends without results, each count as one failed test. */
function countTests(results, code) {
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const skipped = results.numPendingTests + results.numTodoTests;
  const broken = results.numRuntimeErrorTestSuites;
  const failed = results.numFailedTests + broken + (mayNotSkip ? skipped : 0);
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: mayNotSkip ? 0 : skipped,
  };
}
