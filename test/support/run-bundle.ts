/** Runs a committed bundle as the GitHub runner would: a process of its own on Node 24, told everything by its environment. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The npm package node@24: what the runner's `using: node24` means, whatever Node this machine has. */
export const NODE_24 = join(ROOT, 'node_modules/node/bin/node')
const FAST_CLOCK = join(ROOT, 'packages/local-aws/preload/fast-clock.mjs')

export interface BundleOptions {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** `GITHUB_WORKSPACE`; the bundle's own temp folder when not given. */
  readonly workspace?: string
  /** The clock of the local endpoint that the process shall share, as the endpoint prints it. */
  readonly clock?: { readonly rate: number; readonly epoch: number; readonly startedAt: number }
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void
  /** Told the process's id; gives what ends the observation. */
  readonly onStart?: (pid: number) => () => void
  readonly interrupt?: Interrupt
}

/** GitHub sends SIGINT when a run is cancelled; SIGKILL is what a runner that goes away is like. */
export interface Interrupt {
  readonly signal: 'SIGINT' | 'SIGKILL'
  /** It is sent at the first line of standard output that has this text in it. */
  readonly at: string
  /** And not before this. */
  readonly until?: Promise<unknown>
}

export interface BundleRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** The parsed report.json, when one was written. */
  readonly report: Record<string, unknown> | undefined
  /** On the wall. */
  readonly milliseconds: number
  /** On the wall, from the signal to the end; `undefined` when it was not sent. */
  readonly millisecondsToEnd: number | undefined
}

/** `face` is the folder of the action.yml, for example `deploy`. */
export async function runBundle(face: string, options: BundleOptions = {}): Promise<BundleRun> {
  const step = await openStep(face, options)
  try {
    return await step.main()
  } finally {
    await step.close()
  }
}

/** One step of a job: its main part, and the post part that GitHub may run at the end of the job. */
export interface Step {
  main(): Promise<BundleRun>
  /** Is given the state that the main part saved, and adds to the same outputs and summary. */
  post(): Promise<BundleRun>
  close(): Promise<void>
}

export async function openStep(face: string, options: BundleOptions = {}): Promise<Step> {
  const folder = await mkdtemp(join(tmpdir(), `ecs-pipeline-${face}-`))
  const files: RunnerFiles = {
    output: join(folder, 'output'),
    summary: join(folder, 'summary'),
    state: join(folder, 'state'),
  }
  await Promise.all(Object.values(files).map((file: string) => writeFile(file, '')))
  const action = await readAction(face)
  const env = environment(action, options, folder, files)
  const preload = options.clock ? ['--import', FAST_CLOCK] : []
  const run = async (file: string, added: Record<string, string>): Promise<BundleRun> => {
    const started = performance.now()
    const args = [...preload, join(ROOT, face, file)]
    const ended = await runProcess(args, { ...env, ...added }, options)
    const milliseconds = performance.now() - started
    const outputs = parseFile(await readFile(files.output, 'utf8'))
    const summary = await readFile(files.summary, 'utf8')
    return { ...ended, outputs, summary, report: await readReport(outputs), milliseconds }
  }
  return {
    main: () => run(action.runs.main, {}),
    async post() {
      const saved = Object.entries(parseFile(await readFile(files.state, 'utf8')))
      const state = Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value]))
      return run(action.runs.post ?? '', state)
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

interface RunnerFiles {
  readonly output: string
  readonly summary: string
  readonly state: string
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly main: string; readonly post?: string }
}

async function readAction(face: string): Promise<ActionFile> {
  return parse(await readFile(join(ROOT, face, 'action.yml'), 'utf8')) as ActionFile
}

function environment(
  action: ActionFile,
  options: BundleOptions,
  folder: string,
  files: RunnerFiles,
): Record<string, string> {
  // The runner gives every declared input, with its default or empty, under this name.
  const declared = Object.entries(action.inputs ?? {}).map(([name, input]) => [
    name,
    input.default ?? '',
  ])
  const inputs = { ...Object.fromEntries(declared), ...options.inputs } as Record<string, string>
  return {
    PATH: process.env['PATH'] ?? '',
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_STATE: files.state,
    GITHUB_WORKSPACE: options.workspace ?? folder,
    GITHUB_REPOSITORY: 'octo-org/ledger',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: folder,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [
        `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    ),
    ...(options.clock ? { LOCAL_AWS_CLOCK: JSON.stringify(options.clock) } : {}),
    ...options.env,
  }
}

function runProcess(
  args: readonly string[],
  env: Record<string, string>,
  { onLine, onStart, interrupt }: BundleOptions,
): Promise<Pick<BundleRun, 'exitCode' | 'stdout' | 'stderr' | 'millisecondsToEnd'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE_24, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let partial = ''
    let isDue = false
    let sentAt: number | undefined
    const stopObserving = onStart?.(child.pid ?? 0)
    const hear = (line: string): void => {
      onLine?.(line)
      if (!interrupt || isDue || !line.includes(interrupt.at)) return
      isDue = true
      const send = (): void => {
        sentAt = performance.now()
        child.kill(interrupt.signal)
      }
      if (interrupt.until) void interrupt.until.then(send)
      else send()
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const lines = (partial + text).split('\n')
      partial = lines.pop() ?? ''
      for (const line of lines) hear(line)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (exitCode) => {
      stopObserving?.()
      const millisecondsToEnd = sentAt === undefined ? undefined : performance.now() - sentAt
      resolve({ exitCode, stdout, stderr, millisecondsToEnd })
    })
  })
}

/** `name<<delimiter`, the value's lines, `delimiter`: what @actions/core writes. */
function parseFile(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const match of text.matchAll(/^(.+?)<<(.+)\r?\n([\s\S]*?)\r?\n?\2\r?$/gm)) {
    outputs[match[1] ?? ''] = (match[3] ?? '').replace(/\r?\n$/, '')
  }
  return outputs
}

async function readReport(
  outputs: Readonly<Record<string, string>>,
): Promise<Record<string, unknown> | undefined> {
  const path = outputs['report-json']
  if (path === undefined || path === '') return undefined
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
}
