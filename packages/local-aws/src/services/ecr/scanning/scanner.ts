import type { Clock } from '../../../parts.ts'
import type { Blobs } from '../blobs.ts'
import { isRunnable, type Manifest } from '../manifest.ts'
import type { ImageRecord, RepositoryRecord } from '../repository.ts'
import { ScanChoices } from './choices.ts'
import { DEFAULT_SCAN_SETTINGS, settingsFor, type ScanSettings } from './configuration.ts'
import type { ScanOutcome } from './outcome.ts'
import { stateOf, type Scan, type ScanState } from './scan.ts'

/** ECR scans an image of its own accord once in so long, and so it does when asked (StartImageScan). */
const REST_MS = 24 * 60 * 60 * 1000
const IN_TOTO = 'application/vnd.in-toto+json'

/** Scans images: nothing is really looked for, what is found was chosen. */
export class Scanner {
  readonly choices = new ScanChoices()
  private current = DEFAULT_SCAN_SETTINGS
  private readonly clock: Clock
  private readonly blobs: Blobs

  constructor(clock: Clock, blobs: Blobs) {
    this.clock = clock
    this.blobs = blobs
  }

  get settings(): ScanSettings {
    return this.current
  }

  /** Scans of the other type are forgotten; continuous scanning begins with the images that are there. */
  configure(settings: ScanSettings, repositories: Iterable<RepositoryRecord>): void {
    this.current = settings
    for (const repository of repositories) {
      const { frequency } = settingsFor(settings, repository)
      for (const image of repository.images.values()) {
        if (image.scan?.type !== settings.scanType) image.scan = undefined
        if (frequency === 'CONTINUOUS_SCAN') image.scan ??= this.onPush(repository, image.manifest)
      }
    }
  }

  /** The scan that a push starts, if any. An index is not scanned, its images are. */
  onPush(repository: RepositoryRecord, manifest: Manifest): Scan | undefined {
    const { frequency } = settingsFor(this.current, repository)
    if (frequency === 'MANUAL' || !isRunnable(manifest)) return undefined
    return { type: this.current.scanType, frequency, startedAt: this.clock.now() }
  }

  /** Starts a scan and says true, unless the last one is not a day old. */
  start(image: ImageRecord): boolean {
    const startedAt = this.clock.now()
    if (image.scan && startedAt - image.scan.startedAt < REST_MS) return false
    image.scan = { type: this.current.scanType, frequency: 'MANUAL', startedAt }
    return true
  }

  /** `undefined` when the image was not scanned, or no scan of it can be seen yet. */
  look(repository: RepositoryRecord, image: ImageRecord): ScanState | undefined {
    if (!image.scan) return undefined
    return stateOf(image.scan, this.outcomeOf(repository, image), this.clock.now())
  }

  /** As the image's configuration says; `unknown` when it says nothing. */
  architectureOf(repository: RepositoryRecord, image: ImageRecord): string {
    return this.configurationOf(repository, image).architecture ?? 'unknown'
  }

  private outcomeOf(repository: RepositoryRecord, image: ImageRecord): ScanOutcome {
    const labels = this.configurationOf(repository, image).config?.Labels ?? {}
    const chosen = this.choices.outcomeOf(repository, image, labels)
    // What buildx writes beside an image is no image, though its manifest looks like one.
    const { layers } = image.manifest
    const isAttestation = layers.length > 0 && layers.every((each) => each.mediaType === IN_TOTO)
    return isAttestation ? { status: 'UNSUPPORTED_IMAGE', ...chosen } : chosen
  }

  private configurationOf(repository: RepositoryRecord, image: ImageRecord): Configuration {
    const digest = image.manifest.config?.digest
    const content = digest === undefined ? undefined : this.blobs.get(repository.name, digest)
    try {
      return JSON.parse(Buffer.from(content ?? '{}').toString()) as Configuration
    } catch {
      return {}
    }
  }
}

interface Configuration {
  readonly architecture?: string
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null } | null
}
