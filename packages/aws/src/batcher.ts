import { Denied, NotFound, Refused, type Clock } from '@ecs-pipeline/rollout'

export interface BatcherOptions<Key, Answer> {
  /** How many keys one call of AWS takes; where keys weigh differently, the sum of their weights. */
  readonly size: number
  /** 1 without it. */
  readonly weigh?: (key: Key) => number
  /**
   * How long it waits for others who ask as well, in milliseconds. 0: only for those who ask in the same turn of the
   * event loop.
   */
  readonly window: number
  readonly clock: Clock
  /** One call; `undefined` for a key that AWS says nothing about. What it throws goes to all who asked. */
  readonly ask: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Answer>>
  /**
   * When AWS refuses a call, each key is asked for by itself, so that what is wrong with one is not said of all. For
   * keys that belong to different services.
   */
  readonly isolates: boolean
}

/**
 * Asks for what many want at the same moment in as few calls as AWS allows. It remembers nothing: everybody gets an
 * answer that was asked for after they asked.
 */
export class Batcher<Key, Answer> {
  private readonly options: BatcherOptions<Key, Answer>
  private gathering: Batch<Key, Answer> | undefined

  constructor(options: BatcherOptions<Key, Answer>) {
    this.options = options
  }

  /** `undefined` when AWS says nothing about it. */
  async ask(key: Key): Promise<Answer | undefined> {
    let batch = this.gathering
    if (!batch || !this.hasRoom(batch.keys, key)) {
      const keys = new Set<Key>()
      batch = { keys, find: this.send(keys) }
      this.gathering = batch
    }
    batch.keys.add(key)
    const find = await batch.find
    return find(key)
  }

  private hasRoom(keys: ReadonlySet<Key>, key: Key): boolean {
    const { size, weigh = () => 1 } = this.options
    if (keys.has(key)) return true
    return [...keys, key].reduce((sum, each) => sum + weigh(each), 0) <= size
  }

  private async send(keys: Set<Key>): Promise<Find<Key, Answer>> {
    const { window, clock, ask, isolates } = this.options
    // Without a window too, the rest of this turn may ask.
    await (window === 0 ? Promise.resolve() : clock.sleep(window))
    if (this.gathering?.keys === keys) this.gathering = undefined
    try {
      const page = await ask([...keys])
      return (key) => Promise.resolve(page.get(key))
    } catch (error) {
      if (!isolates || keys.size === 1 || !isRefusal(error)) throw error
      return async (key) => (await ask([key])).get(key)
    }
  }
}

type Find<Key, Answer> = (key: Key) => Promise<Answer | undefined>

interface Batch<Key, Answer> {
  readonly keys: Set<Key>
  readonly find: Promise<Find<Key, Answer>>
}

/** AWS has answered, and would answer the same again. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Denied || error instanceof NotFound || error instanceof Refused
