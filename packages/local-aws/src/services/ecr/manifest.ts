import { DOCKER_CONFIG, isImageManifest, isIndex, OCI_CONFIG } from '../../oci/media-types.ts'
import { invalidParameter } from './errors.ts'

/** How a manifest points at other content. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: { readonly os: string; readonly architecture: string }
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Content that is kept elsewhere, such as Windows base layers. */
  readonly urls?: readonly string[]
}

/** What a manifest says, whether it is Docker's or OCI's. */
export interface Manifest {
  readonly mediaType: string
  /** Only of one image. */
  readonly config?: Descriptor
  readonly layers: readonly Descriptor[]
  /** Only of an index: the images for each platform. */
  readonly children: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Every blob of this registry that has to be there before the manifest is. */
export const blobsOf = (manifest: Manifest): Descriptor[] =>
  [...(manifest.config ? [manifest.config] : []), ...manifest.layers].filter((each) => !each.urls)

/** Whether it is one image, and neither an index nor an artifact that only looks like an image. */
export const isRunnable = ({ config, artifactType }: Manifest): boolean =>
  artifactType === undefined &&
  (config?.mediaType === OCI_CONFIG || config?.mediaType === DOCKER_CONFIG)

/**
 * Reads a manifest. `declared` is the media type that came with it; it is needed where the manifest itself says
 * none. Throws InvalidParameterException; of its messages only 'Invalid JSON syntax' is proven.
 */
export function parseManifest(content: Uint8Array, declared: string | undefined): Manifest {
  const document = parseObject(content)
  const mediaType = mediaTypeOf(document['mediaType'], declared)
  if (document['schemaVersion'] !== 2) throw invalid('Unsupported manifest schema version')

  const subject = document['subject']
  const artifactType = document['artifactType']
  const common = {
    mediaType,
    ...(subject === undefined ? {} : { subject: descriptor(subject) }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(isObject(document['annotations'])
      ? { annotations: document['annotations'] as Record<string, string> }
      : {}),
  }
  if (isIndex(mediaType)) {
    return { ...common, layers: [], children: descriptors(document, 'manifests') }
  }
  if (!isImageManifest(mediaType)) throw invalid(`Unsupported manifest media type '${mediaType}'`)
  const config = descriptor(document['config'])
  return { ...common, config, layers: descriptors(document, 'layers'), children: [] }
}

function mediaTypeOf(own: unknown, declared: string | undefined): string {
  if (typeof own !== 'string') {
    if (declared !== undefined) return declared
    throw invalid('Manifest media type is missing')
  }
  if (declared === undefined || declared === own) return own
  throw invalid(`Manifest media type '${own}' does not match '${declared}'`)
}

function descriptors(document: Record<string, unknown>, member: string): Descriptor[] {
  const list = document[member]
  if (!Array.isArray(list)) throw invalid(`Manifest has no '${member}'`)
  return list.map(descriptor)
}

function descriptor(value: unknown): Descriptor {
  if (
    isObject(value) &&
    typeof value['mediaType'] === 'string' &&
    typeof value['digest'] === 'string' &&
    typeof value['size'] === 'number'
  ) {
    return value as unknown as Descriptor
  }
  throw invalid('Invalid descriptor')
}

function parseObject(content: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'))
    if (isObject(value)) return value
  } catch {
    // Falls through to the one answer for all that is not a JSON object.
  }
  throw invalid('Invalid JSON syntax')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (constraint: string): Error => invalidParameter('ImageManifest', constraint)
