import type { Measure } from '../metrics/measure.ts'
import { badBaseline, LARGEST_BASELINE, type Baseline } from './baseline.ts'

const MEMBERS = ['version', 'branch', 'commit', 'recordedAt', 'policy', 'metrics']

/**
 * Reads what `writeBaseline` has written, perhaps formatted by somebody since. Nothing in it is guessed or put right:
 * a limit that comes from a broken file is worse than none. Throws {@link BadBaseline}; `file` is what people call it.
 */
export function readBaseline(text: string, file: string): Baseline {
  const fail = (place: string, problem: string): Error => badBaseline(file, place, problem)
  if (Buffer.byteLength(text) > LARGEST_BASELINE) {
    throw fail('', `it is larger than ${LARGEST_BASELINE} bytes`)
  }
  const document = new Members(parse(text, fail), '', fail)
  const version = document.of('version')
  if (version !== 1) {
    throw fail(
      'version',
      `1 is expected, not ${shown(version)}. Another release may have written it`,
    )
  }
  document.only(MEMBERS)
  const metrics = new Members(document.of('metrics'), 'metrics', fail)
  return {
    version,
    branch: document.text('branch', /^[^\p{C}\p{Z}]{1,500}$/u, 'the name of a branch'),
    commit: document.text('commit', /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'the id of a commit'),
    recordedAt: document.time('recordedAt'),
    policy: document.text('policy', /^[\w:.-]{1,128}$/, 'a hash'),
    metrics: Object.fromEntries(
      metrics.names().map((name) => [name, measure(metrics.members(name))] as const),
    ),
  }
}

type Fail = (place: string, problem: string) => Error

function parse(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // V8 tells the place of some mistakes only, and quotes the file for others.
    const [, line] = /\(line (\d+) column \d+\)/.exec(String(error)) ?? []
    if (line !== undefined) throw fail(`line ${line}`, 'it is not JSON')
    throw fail('', text.trim() === '' ? 'it is empty' : 'it is not JSON, or cut off')
  }
}

/** A ratio or a number, by its members. */
function measure(members: Members): Measure {
  if (members.names().includes('value')) {
    members.only(['value'])
    const value = members.number('value')
    return { kind: 'number', value }
  }
  members.only(['covered', 'total'])
  const [covered, total] = [members.count('covered'), members.count('total')]
  if (total === 0) throw members.problem('total', 'it is 0: nothing was counted')
  if (covered > total) throw members.problem('covered', `${covered} is more than all ${total}`)
  return { kind: 'ratio', covered, total }
}

/** An object of the file, whose members are asked for one by one. */
class Members {
  private readonly object: Readonly<Record<string, unknown>>
  private readonly place: string
  private readonly fail: Fail

  constructor(value: unknown, place: string, fail: Fail) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw fail(place, `an object is expected, not ${shown(value)}`)
    }
    this.object = value as Readonly<Record<string, unknown>>
    this.place = place
    this.fail = fail
  }

  problem(name: string, problem: string): Error {
    return this.fail(this.place === '' ? name : `${this.place}, ${name}`, problem)
  }

  names(): readonly string[] {
    return Object.keys(this.object)
  }

  only(names: readonly string[]): void {
    const foreign = this.names().find((name) => !names.includes(name))
    if (foreign !== undefined) throw this.problem(shown(foreign), 'it does not belong there')
  }

  of(name: string): unknown {
    if (!Object.hasOwn(this.object, name)) throw this.problem(name, 'it is missing')
    return this.object[name]
  }

  members(name: string): Members {
    return new Members(this.of(name), `${this.place}, ${shown(name)}`, this.fail)
  }

  text(name: string, pattern: RegExp, what: string): string {
    const value = this.of(name)
    if (typeof value === 'string' && pattern.test(value)) return value
    throw this.problem(name, `${what} is expected, not ${shown(value)}`)
  }

  time(name: string): string {
    const value = this.of(name)
    const time = new Date(typeof value === 'string' ? value : NaN)
    if (!Number.isNaN(time.getTime()) && time.toISOString() === value) return value
    throw this.problem(
      name,
      `a time like 2026-01-31T12:00:00.000Z is expected, not ${shown(value)}`,
    )
  }

  /** Not below 0, and not infinite, which `1e999` would be. */
  number(name: string): number {
    const value = this.of(name)
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
    throw this.problem(name, `a number of 0 or more is expected, not ${shown(value)}`)
  }

  count(name: string): number {
    const value = this.number(name)
    if (Number.isSafeInteger(value)) return value
    throw this.problem(name, `a whole number is expected, not ${shown(value)}`)
  }
}

/** A short text for a message. */
function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
