import type {
  AlarmHistoryItem,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmHistoryOutput,
  HistoryItemType,
} from '@aws-sdk/client-cloudwatch'
import type { Clock } from '../../clock/clock.ts'
import type { AlarmRecord } from './alarm-book.ts'
import { pageOf } from './pages.ts'

/** CloudWatch keeps two weeks; here the newest so many items are kept. */
const MOST_ITEMS = 10_000
/** API_DescribeAlarmHistory. */
const PAGE_SIZE = 100

/** What happened to alarms; deleted ones are still in it. */
export class AlarmHistory {
  private readonly clock: Clock
  /** Oldest first. */
  private items: AlarmHistoryItem[] = []

  constructor(clock: Clock) {
    this.clock = clock
  }

  add(
    { name, kind }: Pick<AlarmRecord, 'name' | 'kind'>,
    type: HistoryItemType,
    summary: string,
    data: object,
  ): void {
    this.items.push({
      AlarmName: name,
      AlarmType: kind,
      Timestamp: new Date(this.clock.now()),
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify({ version: '1.0', ...data }),
    })
    if (this.items.length > 2 * MOST_ITEMS) this.items = this.items.slice(-MOST_ITEMS)
  }

  describe(input: DescribeAlarmHistoryCommandInput): DescribeAlarmHistoryOutput {
    const {
      AlarmName,
      AlarmTypes = ['MetricAlarm'],
      HistoryItemType: type,
      StartDate,
      EndDate,
    } = input
    const found = this.items.filter(
      (item) =>
        (AlarmName === undefined || item.AlarmName === AlarmName) &&
        (AlarmName !== undefined || AlarmTypes.some((each) => each === item.AlarmType)) &&
        (type === undefined || item.HistoryItemType === type) &&
        (StartDate === undefined || timeOf(item) >= StartDate.getTime()) &&
        (EndDate === undefined || timeOf(item) <= EndDate.getTime()),
    )
    if (input.ScanBy !== 'TimestampAscending') found.reverse()
    const size = Math.min(input.MaxRecords ?? PAGE_SIZE, PAGE_SIZE)
    const page = pageOf(found, size, input.NextToken)
    return { AlarmHistoryItems: page.items, NextToken: page.NextToken }
  }
}

const timeOf = (item: AlarmHistoryItem): number => item.Timestamp?.getTime() ?? 0
