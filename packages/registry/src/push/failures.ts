/** Why an image did not get into the registry. */
export class PushFailed extends Error {
  override readonly name = 'PushFailed'
  readonly kind: 'denied' | 'no-repository' | 'quota' | 'unreachable' | 'refused'
  /** What to do about it. */
  readonly next: string

  constructor(kind: PushFailed['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.next = PUSH_ADVICE[kind]
  }
}

/** What to do about it; true as well of a push that docker makes. */
export const PUSH_ADVICE: Readonly<Record<PushFailed['kind'], string>> = {
  denied:
    'The role needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage on the repository.',
  'no-repository':
    'The repository is not there. Make it with your infrastructure, or set `create-repository: true`.',
  quota: 'A quota of the registry is used up; see the service quotas of ECR.',
  unreachable: 'Run again; layers that arrived are not sent twice.',
  refused: 'The registry does not take this image as it is.',
}
