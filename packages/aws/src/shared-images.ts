import type { Clock, ImageAnswer, Images } from '@ecs-pipeline/rollout'

/** How long an image that was found is believed to be there, and a tag to lead to it, in milliseconds. */
const FRESH = 60_000

/**
 * What many services ask of the same image in a short time is asked once. A tag that moves meanwhile leads all of them
 * to the same image as well.
 */
export function sharedImages(images: Images, clock: Clock): Images {
  const asked = new Map<string, { readonly answer: Promise<ImageAnswer>; readonly at: number }>()
  return {
    async find(reference) {
      const known = asked.get(reference)
      if (known && clock.now() - known.at < FRESH) return known.answer
      const entry = { answer: images.find(reference), at: clock.now() }
      asked.set(reference, entry)
      const forget = (): void => {
        if (asked.get(reference) === entry) asked.delete(reference)
      }
      try {
        const answer = await entry.answer
        // One that is not there yet may be a moment later.
        if (answer.kind === 'missing') forget()
        return answer
      } catch (error) {
        forget()
        throw error
      }
    },
  }
}
