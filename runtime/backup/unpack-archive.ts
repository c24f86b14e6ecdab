import { access, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import { isKnownMigration } from '../../store/migrate.ts';
import { ProgramError, runProgram } from '../run-program.ts';
import { badBackup, parseManifest, parts } from './manifest.ts';

/**
 * Unpacks a backup into this empty folder and makes sure that it is whole and that this release can read it. Throws
 * AtriumError `bad-backup` or `home-is-newer`; what was unpacked until then is the caller's to remove.
 */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  await requireFile(file);
  try {
    await runProgram('tar', ['-C', folder, '-xzf', resolve(file)]);
  } catch (error) {
    throw badBackup(`Cannot read ${file}: ${firstWords(error)}.`, error);
  }
  const manifest = await readFile(join(folder, parts.manifest), 'utf8').catch((error: unknown) => {
    throw badBackup(`Cannot use ${file}: it is not a file that "atrium backup" wrote.`, error);
  });
  const { schema } = parseManifest(manifest, file);
  if (schema !== '' && !isKnownMigration(schema))
    throw new AtriumError(
      'conflict',
      'home-is-newer',
      `Cannot use ${file}: a newer release of Atrium made it (${schema}). Start that release with it.`,
    );
  for (const part of [parts.temporal, parts.database])
    await access(join(folder, part)).catch((error: unknown) => {
      throw badBackup(`Cannot use ${file}: ${part} is missing in it.`, error);
    });
}

async function requireFile(file: string): Promise<void> {
  const isFile = await stat(file).then(
    (facts) => facts.isFile(),
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw badBackup(`Cannot use ${file}: there is no such file.`, error);
      throw badBackup(`Cannot use ${file}: ${errorText(error)}.`, error);
    },
  );
  if (!isFile) throw badBackup(`Cannot use ${file}: it is not a file.`);
}

/** What a program first complained of; all that follows is of it. */
const firstWords = (error: unknown): string =>
  (error instanceof ProgramError ? error.output : errorText(error)).split('\n')[0] ?? '';
