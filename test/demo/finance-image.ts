import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../support/run-bundle.ts'
import type { ImageToPush } from '../support/stack.ts'

const SERVER = join(ROOT, 'packages/finance-app/server')

/** The finance server as an image, made without docker: its sources in one layer. */
export async function financeImage(
  version: string,
  environment: Readonly<Record<string, string>>,
): Promise<ImageToPush> {
  const names = (await readdir(join(SERVER, 'src'), { recursive: true })).filter((name) =>
    name.endsWith('.js'),
  )
  const sources = await Promise.all(
    names.map(
      async (name) => [`app/src/${name}`, await readFile(join(SERVER, 'src', name))] as const,
    ),
  )
  return {
    tag: version,
    files: {
      'app/package.json': await readFile(join(SERVER, 'package.json')),
      ...Object.fromEntries(sources),
    },
    command: ['node', '/app/src/main.js'],
    environment: { APP_VERSION: version, GIT_COMMIT: 'demo', ...environment },
  }
}
