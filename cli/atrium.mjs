#!/usr/bin/env node
/** The `atrium` command: builds what is missing, then hands over. Old JavaScript, so that an old Node can still say no. */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Atrium needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
try {
  const { build } = await import('./build.mjs');
  await build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../dist/cli/main.js');
