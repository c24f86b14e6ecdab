import { AtriumError } from '../../domain/atrium-error.ts';
import { errorText } from '../../config/error-code.ts';
import { runProgram } from '../run-program.ts';

/**
 * SQLite's own online backup, in one step: a reader of the write-ahead log sees one moment and holds up no writer. Node 20
 * has no SQLite; Python, which fetches the servers, does.
 */
const script = `
import sqlite3, sys
source, target = sqlite3.connect(sys.argv[1], timeout=60), sqlite3.connect(sys.argv[2])
source.backup(target)
found = target.execute('pragma quick_check').fetchone()[0]
target.close(); source.close()
sys.exit(0 if found == 'ok' else 'the copy is damaged: ' + found)
`;

/** Copies a database that a server may be writing to. Throws AtriumError `backup-failed`. */
export async function copySqlite(source: string, target: string): Promise<void> {
  try {
    await runProgram('python3', ['-c', script, source, target]);
  } catch (error) {
    throw new AtriumError(
      'unavailable',
      'backup-failed',
      `Cannot copy ${source} (Python 3 with its sqlite3 module does that): ${errorText(error)}.`,
      { cause: error },
    );
  }
}
