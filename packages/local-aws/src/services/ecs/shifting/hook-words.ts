/**
 * `statusReason` of a deployment that a hook took back: 'Troubleshooting Amazon ECS blue/green deployments' has
 * `returnedFailed` and `pauseTimedOut`; the other two are unproven.
 */
export const HOOK_REASON = {
  returnedFailed: (stage: string, target: string): string =>
    `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook target ${target} returned FAILED status.`,
  pauseTimedOut: (stage: string): string =>
    `Service deployment rolled back because ${stage} pause hook timed out.`,
  lambdaTimedOut: (stage: string): string =>
    `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook timed out.`,
  rolledBack: (stage: string): string =>
    `Service deployment rolled back because ${stage} pause hook was rolled back.`,
}

/** A stage that lasts too long; the words are unproven. */
export const stageTimedOut = (stage: string): string =>
  `Service deployment rolled back because ${stage} timed out.`
