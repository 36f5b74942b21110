/** Alarms over other alarms: they change when one that their rule names does. */
import type { PutCompositeAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { AlarmBook, AlarmRecord, CompositeAlarmRecord } from './alarm-book.ts'
import { awsTime } from './alarm-reason.ts'
import { childrenOf, holds, parseRule, RuleError, type CompositeRule } from './composite-rule.ts'
import { validationError } from './errors.ts'

export class CompositeAlarms {
  private readonly book: AlarmBook
  /** Alarms that are being changed right now; a cycle ends at them. */
  private readonly changing = new Set<string>()

  constructor(book: AlarmBook) {
    this.book = book
    book.onChange((changed) => {
      this.reactTo(changed)
    })
  }

  /** Throws what PutCompositeAlarm answers. */
  put(input: PutCompositeAlarmCommandInput): void {
    const { AlarmName: name = '', Tags: tags = [], ...settings } = input
    if (settings.ActionsSuppressor !== undefined) {
      throw validationError('ActionsSuppressor is not supported by the local endpoint')
    }
    this.checkRule(settings.AlarmRule ?? '')
    const isNew = this.book.find(name) === undefined
    const record: CompositeAlarmRecord = {
      kind: 'CompositeAlarm',
      name,
      arn: this.book.arnOf(name),
      shape: { AlarmName: name, ...settings, ...this.book.commonShape(input) },
      tags,
      stop: () => undefined,
    }
    this.book.save(record)
    const did = isNew ? 'created' : 'updated'
    this.evaluate(
      record,
      (state) => `${record.arn} was ${did} and its alarm rule evaluates to ${state}`,
    )
  }

  /** The alarms that a composite alarm's rule names. */
  children(record: CompositeAlarmRecord): readonly AlarmRecord[] {
    return childrenOf(ruleOf(record)).flatMap((child) => this.book.find(child) ?? [])
  }

  /** The composite alarms whose rules name an alarm. */
  parents(child: AlarmRecord): readonly CompositeAlarmRecord[] {
    return this.book
      .all()
      .filter((record) => record.kind === 'CompositeAlarm')
      .filter((record) => this.children(record).includes(child))
  }

  private checkRule(text: string): void {
    const children = (() => {
      try {
        return childrenOf(parseRule(text))
      } catch (error) {
        if (!(error instanceof RuleError)) throw error
        throw validationError(`Invalid alarm rule: ${error.message}`)
      }
    })()
    const missing = children.filter((child) => !this.book.find(child))
    if (missing.length > 0) {
      throw validationError(
        `Could not save the composite alarm as alarms [${missing.join(', ')}] in the alarm rule do not exist`,
      )
    }
  }

  private reactTo(changed: AlarmRecord): void {
    if (this.changing.has(changed.name)) return
    this.changing.add(changed.name)
    try {
      const { StateValue: state = 'OK', StateUpdatedTimestamp: at = new Date(0) } = changed.shape
      for (const parent of this.parents(changed)) {
        this.evaluate(
          parent,
          () => `${changed.arn} transitioned to ${state} at ${longTime(at)}`,
          changed,
        )
      }
    } finally {
      this.changing.delete(changed.name)
    }
  }

  private evaluate(
    record: CompositeAlarmRecord,
    reason: (state: 'ALARM' | 'OK') => string,
    trigger?: AlarmRecord,
  ): void {
    const state = holds(ruleOf(record), (child) => this.book.find(child)?.shape.StateValue)
      ? 'ALARM'
      : 'OK'
    if (state === record.shape.StateValue) return
    const triggers = trigger ? [trigger] : this.children(record)
    const data = JSON.stringify({ triggeringAlarms: triggers.map(triggering) })
    this.book.setState(record, { value: state, reason: reason(state), data })
  }
}

const ruleOf = ({ shape }: CompositeAlarmRecord): CompositeRule => parseRule(shape.AlarmRule ?? '')

function triggering({ arn, shape }: AlarmRecord): object {
  const timestamp = awsTime(shape.StateUpdatedTimestamp?.getTime() ?? 0)
  return { arn, state: { value: shape.StateValue, timestamp } }
}

/** `Friday 20 November, 2026 10:00:00 UTC`. */
function longTime(date: Date): string {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(date)
  const day = `${part({ weekday: 'long' })} ${date.toISOString().slice(8, 10)}`
  const time = date.toISOString().slice(11, 19)
  return `${day} ${part({ month: 'long' })}, ${part({ year: 'numeric' })} ${time} UTC`
}
