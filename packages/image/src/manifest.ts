/** What a manifest in a registry is: one image, or a list of images for platforms. */

export const MEDIA_TYPES = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const

/** What may be deployed under one digest. */
export interface ImageContent {
  readonly mediaType: string
  readonly isIndex: boolean
  /** Of an index, the images that can run; of a single image, none. */
  readonly platforms: readonly PlatformImage[]
  /** Of a single image, its configuration blob. */
  readonly config: string | undefined
  /** Compressed bytes that a pull of a single image moves; `undefined` for an index. */
  readonly bytes: number | undefined
}

export interface PlatformImage {
  /** `linux/amd64`, `linux/arm64/v8`. */
  readonly platform: string
  readonly digest: string
}

/** The text is not the JSON of an image. */
export class BadManifest extends Error {
  override readonly name = 'BadManifest'
}

interface Descriptor {
  readonly digest?: unknown
  readonly size?: unknown
  readonly mediaType?: unknown
  readonly platform?: {
    readonly os?: unknown
    readonly architecture?: unknown
    readonly variant?: unknown
  }
  readonly annotations?: Readonly<Record<string, unknown>>
}

interface Raw {
  readonly mediaType?: unknown
  readonly manifests?: readonly Descriptor[]
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
}

/** `mediaType`: as the registry says; the manifest's own word may be missing (OCI). Throws {@link BadManifest}. */
export function readManifest(text: string, mediaType?: string): ImageContent {
  const raw = parse(text)
  const own = typeof raw.mediaType === 'string' ? raw.mediaType : undefined
  const isIndex = Array.isArray(raw.manifests)
  const type = mediaType ?? own ?? (isIndex ? MEDIA_TYPES.ociIndex : MEDIA_TYPES.ociManifest)
  if (isIndex) {
    const platforms = listedIn(raw)
    return { mediaType: type, isIndex, platforms, config: undefined, bytes: undefined }
  }
  const config = raw.config?.digest
  if (typeof config !== 'string' || !raw.layers) {
    throw new BadManifest('The manifest is neither an image nor an index of images.')
  }
  const bytes = [raw.config, ...raw.layers].reduce((sum, each) => sum + sizeOf(each), 0)
  return { mediaType: type, isIndex, platforms: [], config, bytes }
}

/** The images for platforms that an index lists; none of anything else. Throws {@link BadManifest} when it is no JSON. */
export const listedPlatforms = (text: string): readonly PlatformImage[] => listedIn(parse(text))

const listedIn = ({ manifests }: Raw): readonly PlatformImage[] =>
  Array.isArray(manifests) ? manifests.flatMap(platformOf) : []

function parse(text: string): Raw {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below.
  }
  throw new BadManifest('The manifest is not a JSON object.')
}

const sizeOf = (descriptor: Descriptor | undefined): number =>
  typeof descriptor?.size === 'number' ? descriptor.size : 0

/** BuildKit lists attestations beside the images, for the platform `unknown/unknown`: nothing can run them. */
function platformOf({ digest, platform, annotations }: Descriptor): readonly PlatformImage[] {
  if (typeof digest !== 'string') return []
  if (annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return []
  const { os, architecture, variant } = platform ?? {}
  if (os === 'unknown' || architecture === 'unknown') return []
  const parts = [os, architecture, variant].filter(
    (part) => typeof part === 'string' && part !== '',
  )
  return [{ platform: parts.join('/') || 'unknown', digest }]
}

/** What has to be scanned, and what tasks may run: the platforms of an index, or the image itself. */
export const runnable = (
  digest: string,
  { isIndex, platforms }: ImageContent,
): readonly string[] => (isIndex ? platforms.map((each) => each.digest) : [digest])
