/** What a cache service keeps: entries that are reserved, filled, finalised, and then never change. */

export interface Entry {
  readonly id: number
  readonly key: string
  /** Of paths and compression; an entry of another version is not found. */
  readonly version: string
  bytes: Buffer
  isFinal: boolean
}

export class Entries {
  private readonly all: Entry[] = []

  /** `undefined` when the key is taken, finalised or not. */
  reserve(key: string, version: string): Entry | undefined {
    if (this.all.some((each) => each.key === key && each.version === version)) return undefined
    const entry = { id: this.all.length + 1, key, version, bytes: Buffer.alloc(0), isFinal: false }
    this.all.push(entry)
    return entry
  }

  byId(id: number): Entry | undefined {
    return this.all[id - 1]
  }

  byKey(key: string, version: string): Entry | undefined {
    return this.all.find((each) => each.key === key && each.version === version)
  }

  /** Key after key: the entry of that key, else the newest one whose key begins with it. */
  find(keys: readonly string[], version: string): Entry | undefined {
    const final = this.all.filter((each) => each.isFinal && each.version === version)
    for (const key of keys) {
      const found =
        final.find((each) => each.key === key) ?? final.findLast((each) => each.key.startsWith(key))
      if (found) return found
    }
    return undefined
  }

  /** The keys of what can be found, oldest first. */
  keys(): readonly string[] {
    return this.all.filter((each) => each.isFinal).map((each) => each.key)
  }
}
