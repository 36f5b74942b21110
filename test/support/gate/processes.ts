/** Programs that would outlive their check, if they were let. */
import { readFile } from 'node:fs/promises'

/** A check that starts another program, writes the ids of both to `pids.txt`, says `ready`, and never ends. */
export const ENDLESS = `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
writeFileSync('pids.txt', [process.pid, child.pid].join(' '))
console.log('ready')
setInterval(() => {}, 1000)
`

/** Of the ids that {@link ENDLESS} wrote, those that still run. */
export async function runningOf(pids: string): Promise<readonly string[]> {
  const states = await Promise.all(
    pids.split(' ').map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // One that has ended and that nobody has asked for is Z.
      return stat === '' || /\) [ZX] /.test(stat) ? [] : [pid]
    }),
  )
  return states.flat()
}
