import { isListed, tagsOf, type ImageRecord, type RepositoryRecord } from '../repository.ts'
import { readOutcome, type ScanOutcome } from './outcome.ts'

/** The label of an image's configuration that holds the outcome of its scan, as JSON. */
export const SCAN_LABEL = 'local-aws.scan'

const IMAGE =
  /^(?:sha256:[0-9a-f]{64}|(?!sha256:)[a-z0-9._/-]+(?:@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][\w.-]*))$/

/** What scans find, image by image. A choice holds until it is cleared, also for images that are pushed later. */
export class ScanChoices {
  private readonly chosen = new Map<string, ScanOutcome>()

  /**
   * `image` is a digest, which stands for the image in every repository, or `<repository>:<tag>`, or
   * `<repository>@<digest>`; the tag of an index stands for its images. It may be chosen before the push and again
   * after the scan. Throws when the image or the outcome cannot be meant.
   */
  choose(image: string, outcome: ScanOutcome): void {
    if (!IMAGE.test(image)) {
      throw new Error(
        `'${image}' is neither a digest, nor <repository>:<tag>, nor with its digest.`,
      )
    }
    this.chosen.set(image, readOutcome(outcome))
  }

  clear(): void {
    this.chosen.clear()
  }

  /** What was chosen for the image, else what its label says, else nothing was found. */
  outcomeOf(
    repository: RepositoryRecord,
    image: ImageRecord,
    labels: Readonly<Record<string, string>>,
  ): ScanOutcome {
    const key = namesOf(repository, image).find((name) => this.chosen.has(name))
    return (key === undefined ? undefined : this.chosen.get(key)) ?? labelled(labels) ?? {}
  }
}

/** From the one that says most to the one that says least. */
function namesOf(repository: RepositoryRecord, { digest }: ImageRecord): readonly string[] {
  const { name } = repository
  const indexes = isListed(repository, digest)
    ? [...repository.images.values()].filter((each) =>
        each.manifest.children.some((child) => child.digest === digest),
      )
    : []
  const tags = [digest, ...indexes.map((index) => index.digest)].flatMap((each) =>
    tagsOf(repository, each),
  )
  return [`${name}@${digest}`, digest, ...tags.map((tag) => `${name}:${tag}`)]
}

/** A label that cannot be read fails the scan, and the failure says why. */
function labelled(labels: Readonly<Record<string, string>>): ScanOutcome | undefined {
  const label = labels[SCAN_LABEL]
  if (label === undefined) return undefined
  try {
    return readOutcome(JSON.parse(label))
  } catch (error) {
    const reason = (error as Error).message
    return { status: 'FAILED', description: `The label ${SCAN_LABEL} cannot be read: ${reason}` }
  }
}
