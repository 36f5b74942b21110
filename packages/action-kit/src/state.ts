import { getState, saveState } from '@actions/core'

/** Values that the step's post part finds again, which GitHub runs at the end of the job as a process of its own. */
export const state = {
  save: (name: string, value: string): void => {
    saveState(name, value)
  },
  /** `undefined` when it was not saved, and so always in the main part. */
  read: (name: string): string | undefined => {
    const value = getState(name)
    return value === '' ? undefined : value
  },
}
