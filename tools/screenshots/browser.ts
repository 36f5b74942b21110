/** Debian's chromium without a window, driven over a pipe by its DevTools protocol. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const MISSING =
  'chromium is not installed. On Debian: apt-get install chromium fonts-liberation fonts-noto-color-emoji'

const DEADLINE_MS = 60_000

type Members = Readonly<Record<string, unknown>>

interface Answer {
  readonly id?: number
  readonly result?: Members
  readonly error?: { readonly message: string }
}

/** A page that has been loaded and is ready to be looked at. */
export interface Page {
  /** Runs the expression in the page, waits for its promise, and gives the value. */
  evaluate(expression: string): Promise<unknown>
  /** A PNG of the whole page, from its top to `height`. */
  picture(size: { readonly width: number; readonly height: number }): Promise<Buffer>
}

export class Browser {
  private readonly process: ChildProcess
  private readonly profile: string
  private readonly commands: Writable
  private readonly waiting = new Map<number, (answer: Answer) => void>()
  private nextId = 1

  private constructor(process: ChildProcess, profile: string) {
    this.process = process
    this.profile = profile
    this.commands = process.stdio[3] as Writable
    this.listen(process.stdio[4] as Readable)
  }

  static async open(): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), 'ecs-pipeline-chromium-'))
    const process = spawn('chromium', argumentsFor(profile), {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    try {
      await once(process, 'spawn')
    } catch (error) {
      await rm(profile, { recursive: true, force: true })
      throw new Error(MISSING, { cause: error })
    }
    return new Browser(process, profile)
  }

  async close(): Promise<void> {
    const gone = once(this.process, 'exit')
    this.process.kill()
    await gone
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Opens the file at that path, in a window `width` wide, and waits until it has loaded. */
  async load(path: string, width: number, scale: number): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    const send = (method: string, parameters: Members): Promise<Members> =>
      this.send(method, parameters, String(sessionId))
    const metrics = { width, height: 800, deviceScaleFactor: scale, mobile: false }
    await send('Emulation.setDeviceMetricsOverride', metrics)
    await send('Page.navigate', { url: `file://${path}` })
    const page: Page = {
      async evaluate(expression) {
        const options = { awaitPromise: true, returnByValue: true }
        const answer = await send('Runtime.evaluate', { expression, ...options })
        const { value } = answer['result'] as { readonly value?: unknown }
        if (answer['exceptionDetails'] === undefined) return value
        throw new Error(`The page failed: ${JSON.stringify(answer['exceptionDetails'])}`)
      },
      async picture(size) {
        const clip = { x: 0, y: 0, ...size, scale: 1 }
        const options = { format: 'png', captureBeyondViewport: true }
        const { data } = await send('Page.captureScreenshot', { ...options, clip })
        return Buffer.from(String(data), 'base64')
      },
    }
    await page.evaluate(LOADED)
    return page
  }

  private async send(method: string, params: Members, sessionId?: string): Promise<Members> {
    const id = this.nextId++
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`chromium did not answer ${method} within ${DEADLINE_MS / 1000} s.`))
      }, DEADLINE_MS)
      this.waiting.set(id, (found) => {
        clearTimeout(timer)
        resolve(found)
      })
      this.commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
    if (answer.error) throw new Error(`chromium refused ${method}: ${answer.error.message}`)
    return answer.result ?? {}
  }

  /** Messages end in a zero byte; those without an id are events, which nobody here waits for. */
  private listen(messages: Readable): void {
    let rest = ''
    messages.setEncoding('utf8')
    messages.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\0')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const answer = JSON.parse(part) as Answer
        if (answer.id === undefined) continue
        this.waiting.get(answer.id)?.(answer)
        this.waiting.delete(answer.id)
      }
    })
  }
}

/** The blank page that was there before is complete, too. */
const LOADED = `new Promise((resolve) => {
  const look = () =>
    location.protocol === 'file:' && document.readyState === 'complete' ? resolve() : setTimeout(look, 20)
  look()
})`

const argumentsFor = (profile: string): readonly string[] => [
  '--headless',
  '--remote-debugging-pipe',
  `--user-data-dir=${profile}`,
  // Pages hold all they need; whatever else they ask for is not found.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--disable-gpu',
  '--hide-scrollbars',
  '--disable-lcd-text',
  // The same letter is drawn the same everywhere, which makes small files.
  '--disable-font-subpixel-positioning',
  '--force-color-profile=srgb',
  '--no-first-run',
  // Its sandbox does not start for root, and the page is our own.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  'about:blank',
]
