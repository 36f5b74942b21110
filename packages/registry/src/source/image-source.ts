/** An image as it lies on the disk. */

/** A part of a file. Nothing is held open: whoever reads it opens the file. */
export interface Extent {
  readonly file: string
  /** Bytes. */
  readonly offset: number
  readonly size: number
}

/** A layer or a configuration, as the registry keeps it. */
export interface Blob {
  readonly digest: string
  readonly content: Extent
}

export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  readonly content: Buffer
}

/** All that has to be in a registry. */
export interface ReadyImage {
  /** Each digest once. */
  readonly blobs: readonly Blob[]
  /** What an index lists comes before the index; the last one is the image. */
  readonly manifests: readonly [...Manifest[], Manifest]
}

/** An image whose files are there and fit together, as far as can be seen without reading its layers. */
export interface BuiltImage {
  /** For the log: what was found. */
  readonly description: string
  /**
   * Makes it ready to push. Layers that are not compressed are written into `folder`, compressed. Throws
   * {@link BadImage}.
   */
  ready(folder: string, signal: AbortSignal): Promise<ReadyImage>
}
