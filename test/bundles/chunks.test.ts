/** What a bundle loads only when it needs it stands in files of its own; each of them has to load, too. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT } from '../../tools/root.ts'
import { NODE_24 } from '../support/run-bundle.ts'

const chunks = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[^/]+\/\d+\.index\.js$/.test(file))
  .map((file) => join(ROOT, 'dist', file))

test.each(chunks.map((chunk) => [chunk.slice(ROOT.length), chunk]))('%s loads', (_name, chunk) => {
  const program = 'console.log(Object.keys((await import(process.argv[1])).modules).length)'
  const args = ['--input-type=module', '--eval', program, chunk]
  const modules = execFileSync(NODE_24, args, { encoding: 'utf8', cwd: ROOT })
  expect(Number(modules)).toBeGreaterThan(0)
})
