export interface FloorPost {
  readonly id: string;
  readonly text: string;
}
export interface FloorActivities {
  /** Its result is as long as a reply. */
  answer(input: { readonly id: string }): Promise<string>;
}
