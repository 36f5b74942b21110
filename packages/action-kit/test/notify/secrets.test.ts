/** What a run prints, seen from outside: nothing of the addresses and of the token, whatever happens to them. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startServer, type Answer } from '../support/scripted-server.ts'

const KIT = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'action-kit-secrets-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Tells Slack, a webhook and GitHub, all at `url`, with debug logging on; prints the caveats. */
async function printed(url: string): Promise<string> {
  const file = join(folder, `main-${Math.random().toString(36).slice(2)}.mjs`)
  await writeFile(
    file,
    `import { notify, slackChannel, startDeployment, webhookChannel } from ${JSON.stringify(KIT)}
    const clock = { now: () => 0, sleep: () => Promise.resolve() }
    const delivery = { clock, patience: { timeLimit: 500, tries: 2, longestPause: 5000 } }
    const news = { title: 't', outcome: 'deployed', severity: 'info', facts: [], report: {},
      links: { run: undefined, environment: undefined } }
    const address = ${JSON.stringify(`${url}/hush/path?key=hush`)}
    console.log(await notify(news, [slackChannel(address, delivery), webhookChannel(address, delivery)]))
    await startDeployment({ token: 'hush', apiUrl: ${JSON.stringify(url)}, repository: 'o/r',
      commit: 'c', environment: 'e', environmentUrl: undefined, runUrl: undefined, clock,
      timeLimit: 500, caveat: console.log })`,
  )
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { PATH: process.env['PATH'] ?? '', RUNNER_DEBUG: '1' },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return stdout + stderr
}

test.each<[string, Answer]>([
  ['arrives', { status: 201, body: { id: 1 } }],
  ['is refused', { status: 404, body: 'no hush here' }],
  ['gets lost', 'reset'],
  ['is not answered', 'hang'],
])('when the message %s', async (_what, answer) => {
  const server = await startServer([answer])
  try {
    const output = await printed(server.url)
    // GitHub's own words are shown; this server puts the word into them, GitHub never has the token in them.
    expect(output.replace('404: no hush here', '')).not.toContain('hush')
    expect(output.trim()).not.toBe('')
    expect(server.seen.length).toBeGreaterThanOrEqual(3)
  } finally {
    await server.close()
  }
})
