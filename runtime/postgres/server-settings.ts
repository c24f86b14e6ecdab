import { isAtLeast } from '../binaries/version.ts';

/**
 * How the embedded server runs: on its socket alone, with little memory and no process that a single small server does
 * not need. Durability is untouched: every commit is on disk when it is acknowledged.
 */
export const serverSettings = (
  home: string,
  socketFolder: string,
  version: string,
): Readonly<Record<string, string>> => ({
  listen_addresses: '',
  unix_socket_directories: socketFolder,
  unix_socket_permissions: '0700',
  // Shared memory by name is removed by logind when its user logs out.
  dynamic_shared_memory_type: 'mmap',
  // Both show the home in the process list: the first in the server's own line, the second in those of its children.
  'atrium.home': home,
  cluster_name: home.slice(0, 63),
  max_connections: '60',
  shared_buffers: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  max_logical_replication_workers: '0',
  ...(isAtLeast(version, '18') ? { io_method: 'sync' } : {}),
  jit: 'off',
  log_min_messages: 'warning',
  timezone: 'UTC',
});
