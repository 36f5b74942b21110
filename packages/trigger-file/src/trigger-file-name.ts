/** Whether an input names a file, and is not the triggers themselves: one line that ends as such a file does. */
export function isTriggerFileName(input: string): boolean {
  const text = input.trim()
  return /^[^[{\r\n][^\r\n]*\.(ya?ml|json)$/i.test(text) && !/^-\s/.test(text)
}
