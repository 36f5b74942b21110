import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 collect early rather than grow its heap. Node 24 lets the space for new objects alone grow to 128 MB when much
 * is allocated at once, and the answers for a hundred services at every look are much; but they are let go of at once:
 * all that stays is 25 MB. V8 reads the flag whenever it is about to grow the heap, so that setting it while the process
 * runs is enough; a V8 without it says so on stderr and goes on.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size')
}
