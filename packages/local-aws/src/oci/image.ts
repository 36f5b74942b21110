import { layerOfFiles, layerOfFolder, type FileContent, type Layer } from './layer.ts'
import { sha256 } from './digest.ts'
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from './media-types.ts'

/** What the image says about how to run it; the names are those of the OCI image configuration. */
export interface ImageSettings {
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Labels?: Readonly<Record<string, string>>
  /** Docker's addition to the OCI configuration. Durations are nanoseconds. */
  readonly Healthcheck?: {
    readonly Test: readonly string[]
    readonly Interval?: number
    readonly Timeout?: number
    readonly Retries?: number
    readonly StartPeriod?: number
  }
}

interface ImageParts {
  readonly config?: ImageSettings
  /** As Go names it: `amd64` (default) or `arm64`. */
  readonly architecture?: string
  readonly os?: string
  /** The folder of the image that the files go to; `/` when left out. */
  readonly root?: string
}

/** Either the files themselves (path in the image → content) or a folder of this machine to copy. */
export type ImageSource = ImageParts &
  ({ readonly files: Readonly<Record<string, FileContent>> } | { readonly folder: string })

/** A piece of content that a registry keeps by its digest. */
export interface Blob {
  readonly digest: string
  readonly mediaType: string
  readonly data: Uint8Array
}

export interface OciImage {
  /** Of the manifest: the image's name in a registry. */
  readonly digest: string
  readonly mediaType: string
  readonly manifest: Uint8Array
  readonly config: Blob
  readonly layers: readonly Blob[]
}

/**
 * Makes an image with one layer, without docker. The same input gives the same bytes: entries are sorted, all
 * belong to root and date from 1970.
 */
export async function buildImage(source: ImageSource): Promise<OciImage> {
  const root = source.root ?? '/'
  const layer =
    'folder' in source
      ? await layerOfFolder(source.folder, root)
      : await layerOfFiles(source.files, root)
  const config = configBlob(source, layer)
  const layers = [{ digest: sha256(layer.gzipped), mediaType: OCI_LAYER_GZIP, data: layer.gzipped }]
  const manifest = json({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(config),
    layers: layers.map(descriptor),
  })
  return { digest: sha256(manifest), mediaType: OCI_MANIFEST, manifest, config, layers }
}

function configBlob(source: ImageParts, layer: Layer): Blob {
  const data = json({
    created: '1970-01-01T00:00:00Z',
    architecture: source.architecture ?? 'amd64',
    os: source.os ?? 'linux',
    config: source.config ?? {},
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'ecs-pipeline local-aws' }],
  })
  return { digest: sha256(data), mediaType: OCI_CONFIG, data }
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

const descriptor = (blob: Blob): { mediaType: string; digest: string; size: number } => ({
  mediaType: blob.mediaType,
  digest: blob.digest,
  size: blob.data.byteLength,
})
