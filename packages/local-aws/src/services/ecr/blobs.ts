/**
 * Layers and configurations by digest. Equal content is kept once, however many repositories have it; a repository
 * sees only what was pushed or mounted into it, as in ECR.
 */
export class Blobs {
  private readonly contents = new Map<string, Uint8Array>()
  /** Digest → names of the repositories that have it. */
  private readonly holders = new Map<string, Set<string>>()

  /** Bytes kept, each content counted once. */
  get bytes(): number {
    return [...this.contents.values()].reduce((sum, content) => sum + content.byteLength, 0)
  }

  /** `digest` has to be that of `content`. */
  add(repository: string, digest: string, content: Uint8Array): void {
    if (!this.contents.has(digest)) this.contents.set(digest, content)
    const holders = this.holders.get(digest) ?? new Set()
    this.holders.set(digest, holders.add(repository))
  }

  has(repository: string, digest: string): boolean {
    return this.holders.get(digest)?.has(repository) ?? false
  }

  get(repository: string, digest: string): Uint8Array | undefined {
    return this.has(repository, digest) ? this.contents.get(digest) : undefined
  }

  /** Gives `repository` what `from` has, without moving bytes. Says whether `from` had it. */
  mount(repository: string, digest: string, from: string): boolean {
    const content = this.get(from, digest)
    if (content) this.add(repository, digest, content)
    return content !== undefined
  }

  remove(repository: string, digest: string): void {
    const holders = this.holders.get(digest)
    if (!holders?.delete(repository) || holders.size > 0) return
    this.holders.delete(digest)
    this.contents.delete(digest)
  }

  removeAll(repository: string): void {
    for (const digest of [...this.holders.keys()]) this.remove(repository, digest)
  }
}
