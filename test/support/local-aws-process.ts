/** The local endpoint as a process of its own, as `npm run local-aws` starts it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { NODE_24, ROOT } from './run-bundle.ts'
import type { Endpoint } from './stack.ts'

export interface LocalAwsProcess extends Endpoint {
  readonly clock: { readonly rate: number; readonly epoch: number; readonly startedAt: number }
  readonly pid: number
  /** AWS time, milliseconds since the epoch. */
  now(): number
  /** Waits for `ms` of AWS time. */
  sleep(ms: number): Promise<void>
  /** The address at which a listener's port can really be reached. */
  listenerUrl(listenerArn: string): Promise<string>
  /** What was called since the last time, in order. */
  takeCalls(): Promise<readonly RecordedCall[]>
  /** Ends it by SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

export interface RecordedCall {
  readonly service: string
  readonly operation: string
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  readonly input: unknown
}

/** `environment`: beside this process's own. */
export async function startLocalAwsProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<LocalAwsProcess> {
  const child = spawn(
    NODE_24,
    [join(ROOT, 'packages/local-aws/src/main.ts'), '--port', '0', '--registry-port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  )
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void exited.then((code) => {
      reject(
        new Error(`The local endpoint ended with exit code ${String(code)} before it was ready.`),
      )
    })
  })
  const ready = JSON.parse(firstLine) as Endpoint & Pick<LocalAwsProcess, 'clock' | 'pid'>
  const { rate, epoch, startedAt } = ready.clock
  return {
    ...ready,
    now: () => Math.round(epoch + (Date.now() - startedAt) * rate),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / rate)),
    listenerUrl: async (listenerArn) => {
      const all = (await fetchJson(`${ready.endpoint}/_local/listeners`)) as {
        listenerArn: string
        url: string
      }[]
      const found = all.find((each) => each.listenerArn === listenerArn)
      if (!found) throw new Error(`There is no listener ${listenerArn}.`)
      return found.url
    },
    takeCalls: async () => {
      const calls = (await fetchJson(`${ready.endpoint}/_local/calls`)) as RecordedCall[]
      await fetch(`${ready.endpoint}/_local/calls`, { method: 'DELETE' })
      return calls
    },
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}

const fetchJson = async (url: string): Promise<unknown> => (await fetch(url)).json()
