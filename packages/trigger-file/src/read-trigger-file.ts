import type { TriggerPlan } from '@ecs-pipeline/rollout'
export class TriggerFileError extends Error {
  readonly problems: readonly string[] = []
}
export const isTriggerFileName = (text: string): boolean => /\.(ya?ml|json)$/.test(text)
export function readTriggerFile(_text: string, _options: object): Promise<TriggerPlan> {
  return Promise.reject(new TriggerFileError('not there yet'))
}
