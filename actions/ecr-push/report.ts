/** Everything that a run has to tell: summary, outputs, annotation and report.json are made of this and nothing else. */
import type { ImageContent, Repository, TagPlan, Version } from '@ecs-pipeline/image'
import type { Outcome } from './ending.ts'
import type { Scanned } from './scan.ts'

export interface TagResult {
  readonly tag: string
  readonly result: 'pushed' | 'moved' | 'already' | 'not-set'
}

export interface ImageReport {
  readonly version: 1
  readonly action: 'ecr-push'
  readonly outcome: Outcome
  readonly passed: boolean
  readonly reason: string
  readonly next: readonly string[]
  readonly caveats: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly finishedAt: number
  /** `undefined` until the repository is known. */
  readonly repository: Repository | undefined
  readonly commit: string | undefined
  readonly imageVersion: string | undefined
  readonly plan: TagPlan | undefined
  /** In the registry; `undefined` as long as nothing was pushed. */
  readonly digest: string | undefined
  readonly content: ImageContent | undefined
  /** Compressed, as ECR counts it. */
  readonly bytes: number | undefined
  readonly reused: boolean
  readonly tags: readonly TagResult[]
  readonly scan: Scanned | undefined
  /** Why there is no scan although one was asked for, or `none` was. */
  readonly scanResult: 'passed' | 'failed' | 'skipped' | 'unavailable' | 'not-reached'
}

/** What a run knows of itself; it grows as the run goes on. */
export interface Facts {
  repository?: Repository
  commit?: string
  imageVersion?: Version
  plan?: TagPlan
  digest?: string
  content?: ImageContent
  bytes?: number
  reused: boolean
  tags: TagResult[]
  scan?: Scanned
  scanResult: ImageReport['scanResult']
}

/** `registry/repo@sha256:…`: the only name that never means another image. Empty unless it may be deployed. */
export function imageOf({ passed, repository, digest }: ImageReport): string {
  return passed && repository && digest !== undefined ? `${repository.uri}@${digest}` : ''
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com`; empty as long as the repository is not known. */
export const registryOf = ({ repository }: ImageReport): string =>
  repository ? repository.uri.slice(0, -repository.name.length - 1) : ''
