import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { checkRoom, findFreeBytes } from '../../runtime/free-space.ts';

test('a data folder with room is well, and one whose disk cannot be asked is not called full', async () => {
  expect(await findFreeBytes(tmpdir())).toBeGreaterThan(0);
  expect(await checkRoom(tmpdir())).toEqual({ state: 'ok' });
  expect(await checkRoom('/no/such/folder')).toEqual({ state: 'ok' });
});

test('a full disk is said, with what to do', async () => {
  // A file system of Linux's that never has room for anything.
  expect(await checkRoom('/proc')).toEqual({
    state: 'failing',
    detail: expect.stringMatching(/is full \(0 MB are free\)\. Make room/),
  });
});
