/** What an image says about how to run it (the OCI image configuration's `config`). */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Healthcheck?: { readonly Test?: readonly string[] }
}

export interface PulledImage {
  /** As it stands in the task definition. */
  readonly reference: string
  /** `sha256:` and 64 hex digits: the digest that ECS shows as `imageDigest`. */
  readonly digest: string
  readonly architecture: string
  readonly os: string
  readonly config: ImageConfig
  /** Layers in order, lowest first. Bytes as stored; `mediaType` says whether they are gzipped. */
  readonly layers: readonly {
    readonly digest: string
    readonly mediaType: string
    readonly data: Uint8Array
  }[]
}

/** Why an image cannot be pulled; `message` is worded as ECS words the `stoppedReason`. */
export class ImagePullError extends Error {
  override readonly name = 'ImagePullError'
}

/** The part of ECR that tasks pull from. */
export interface Images {
  /**
   * `reference` names the local registry (`127.0.0.1:5000/app:1`) or the account's ECR host
   * (`123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:…`). Throws {@link ImagePullError}.
   */
  pull(
    reference: string,
    platform?: { readonly os: string; readonly architecture: string },
  ): Promise<PulledImage>
}
