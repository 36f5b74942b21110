/** The second process of `lifeline.ts`: reads last wills, one JSON per line, and carries them out at the end. */
import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { LastWill } from './lifeline.ts'

const wills = new Map<string, LastWill>()

for await (const line of createInterface({ input: process.stdin })) {
  const { key, will } = JSON.parse(line) as { key: string; will?: LastWill }
  if (will) wills.set(key, will)
  else wills.delete(key)
}

for (const will of wills.values()) {
  if ('kill' in will) killGroup(will.kill)
  else if ('run' in will) spawn(will.run, will.args, { detached: true, stdio: 'ignore' }).unref()
}
// Last, when nobody writes there any more.
for (const will of wills.values()) {
  if ('remove' in will) await rm(will.remove, { recursive: true, force: true, maxRetries: 3 })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
