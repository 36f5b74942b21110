/**
 * The matrix in a process of its own: Jest's realm makes it slow, and there the errors of a broken connection are no
 * `Error`, so that the SDK would hide what they are.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../support/run-bundle.ts'
import type { Matrix } from './matrix.ts'

export const HALVES = ['releases', 'rollbacks'] as const
export type Half = (typeof HALVES)[number]

export async function perform(half: Half): Promise<readonly Matrix[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'test/fault-matrix/perform.ts'), half],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout) as readonly Matrix[]
}
