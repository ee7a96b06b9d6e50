/** What one decision for the whole plan means for its objects. */
export interface Decision {
  readonly conflicts?: 'take-over' | 'leave';
  readonly prune?: boolean;
}
