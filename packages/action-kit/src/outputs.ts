import { setOutput } from '@actions/core'

/** Sets all outputs of the action. Values of several lines are fine. */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}
