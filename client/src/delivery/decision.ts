/** What one decision for the whole plan means for its objects. */
export interface Decision {
  /** `adopt`: what others set is written into the manifest, as far as it can say it; what is left is asked again. */
  readonly conflicts?: 'take-over' | 'leave' | 'adopt';
  readonly prune?: boolean;
}
